"""The literature, by key, and the word for what rests on none.

Only what was seen in a published page or a seed document of the project stands here. A figure that is merely remembered
has no place. ``seen`` says how much of the work was read: a row that was computed from published data says how.
"""

from __future__ import annotations

from dataclasses import dataclass

ASSUMED = "assumed"


@dataclass(frozen=True)
class Source:
    """A published work and what plnsim takes from it."""

    reference: str
    gives: str
    seen: str = "abstract or summary page"


SOURCES: dict[str, Source] = {
    "allen-burgess-2012": Source(
        "Allen & Burgess (2012), CMPO: teacher turnover in England",
        "tenure of teachers in a typical school: about a fifth under "
        "2 years, over half under 5, about a fifth 10 or more",
    ),
    "bls-ecec-2011": Source(
        "US Bureau of Labor Statistics (2011), Employer Costs for Employee Compensation, as told by CNS News (2011); "
        "wages by NCES, Digest of Education Statistics 2022, table 211.70",
        "56.59 dollars an hour of wages and benefits for teachers of public schools; wages rose by 14 % from 2016 to "
        "2022",
    ),
    "bell-2006": Source(
        "Bell, Cordingley & Mitchell, CUREE and NCSL: systematic review of the impact of networks of schools",
        "networks of three schools or more add to what schools do on their own; size bears little relation to effect",
        "summary by a magazine",
    ),
    "burgess-2021": Source(
        "Burgess, Rawal & Taylor (2021), Journal of Labor Economics 39(4)",
        "peer observation in 82 secondary schools: pupils +0.07 SD; twice as many observations, no difference",
    ),
    "centola-2010": Source(
        "Centola (2010), Science 329",
        "behaviour spread farther and faster over clustered ties than over random ones of equal degree",
    ),
    "chapman-muijs-2014": Source(
        "Chapman & Muijs (2014), School Effectiveness and School Improvement 25(3)",
        "federated schools did better in the years after than 264 matched ones, most where strong joined weak",
    ),
    "csr-2010": Source(
        "WestEd & AIR (2010), evaluation of the Comprehensive School Reform programme, as told by Education Week",
        "a third of the schools that were paid for it carried out all components",
        "newspaper article",
    ),
    "datnow-2006": Source(
        "CRPE (2006), Sticking with It: to what extent and why do schools sustain or discontinue CSR models?",
        "65 of 200 schools dropped or switched their reform in three years",
    ),
    "kraft-blazar-2017": Source(
        "Kraft & Blazar (2017), Educational Policy 31(7)",
        "coached teachers +0.59 SD in practice, which largely persisted in the following year",
    ),
    "mcintosh-2016": Source(
        "McIntosh, Mercer, Nese & Ghemraoui (2016), Prevention Science",
        "5331 schools: those in districts with more schools that do it, and that began with more, sustained it more",
    ),
    "mcintosh-2018": Source(
        "McIntosh et al. (2018), Educational Researcher 47",
        "860 schools in three years: own fidelity, use of data and the number of other schools in the district that "
        "adopt it predict sustaining about equally",
    ),
    "muijs-2015": Source(
        "Muijs (2015), Oxford Review of Education 41(5)",
        "partnerships of low with high performing primary schools go with higher attainment",
    ),
    "reagans-mcevily-2003": Source(
        "Reagans & McEvily (2003), Administrative Science Quarterly 48(2)",
        "range (ties to different pools of knowledge) eases transfer, beyond the strength of ties",
    ),
    "air-csr": Source(
        "American Institutes for Research, Sustainability: examining the survival of schools' comprehensive school "
        "reform efforts",
        "of 395 schools nearly a third ended the relationship with their model in about three years",
    ),
    "brown-flood-2019": Source(
        "Brown & Flood (2019), Formalise, Prioritise and Mobilise. Emerald",
        "three levers of school leaders for a network",
    ),
    "brown-poortman-2018": Source(
        "Brown & Poortman, eds. (2018), Networks for Learning. Routledge",
        "definition of a professional learning network",
    ),
    "brown-poortman-2020": Source(
        "Brown & Poortman, interview in Valu.Enews (2020)",
        "leadership is more than facilitation: vision, support, distributed "
        "leadership; time is named, vision and support are often the obstacles",
        "whole text",
    ),
    "brown-poortman-2019": Source(
        "Brown & Poortman (2019), encyclopedia entry on professional learning networks",
        "focus, collaboration, reflective "
        "professional inquiry, individual and group learning, leadership; few learn on behalf of many",
        "whole text",
    ),
    "bryk-schneider-2002": Source(
        "Bryk & Schneider (2002), Trust in Schools", "schools weak in trust had virtually no chance of improving"
    ),
    "carver-thomas-2017": Source(
        "Carver-Thomas & Darling-Hammond (2017), Learning Policy Institute",
        "turnover 50 % higher in low-income schools (US)",
    ),
    "centola-2018": Source(
        "Centola, Becker, Brackbill & Baronchelli (2018), Science 360", "a committed quarter can tip a convention"
    ),
    "challenge-partners": Source(
        "Challenge Partners, annual reports 2014-2016 and impact page",
        "71 schools in 2011, 422 schools in 42 local hubs in 2016",
    ),
    "challenge-partners-hubs": Source(
        "Challenge Partners, pages on hubs and on the Quality Assurance Review; annual report 2017",
        "reviews by peers, hubs that meet every term, a leadership residency",
    ),
    "coburn-2012": Source(
        "Coburn, Russell, Kaufman & Stein (2012), American Journal of Education 119(1)",
        "strong ties, depth and expertise early on let teachers sustain after support ended",
    ),
    "de-jong": Source(
        "de Jong, dissertation, chapter 4 (14 Dutch leerKRACHT teams)",
        "advice density .41 to .86 in teams of about 11, reciprocity .42 to .86",
    ),
    "daly-carolan": Source(
        "Daly's leader data, in Carolan (2014), computed anew from the published file",
        "43 leaders: weekly collaboration out-degree 3.5, reciprocity .58, density .084",
        "published data",
    ),
    "dfe-workforce-2024": Source(
        "Department for Education (2025), School workforce in England 2024, as told by Edurio; on-costs by a "
        "parliamentary answer (2016) and the Teachers' Pension Scheme (2024); directed time by the School Teachers' "
        "Pay and Conditions Document",
        "median salary of a teacher 49,084 pounds; employers pay 28.7 % for pensions and about 9 % for National "
        "Insurance on top; 1,265 hours of directed time a year; 20.8 pupils a teacher in primary, 16.7 in "
        "secondary schools",
        "summary pages; an hour is computed: (1 + 0.287 + 0.089) x 49,084 / 1,265; 39 pounds without on-costs",
    ),
    "durlak-dupre-2008": Source(
        "Durlak & DuPre (2008), American Journal of Community Psychology 41",
        "positive results at 60 to 80 % implementation",
    ),
    "eef-challenge-the-gap": Source(
        "West, Ainscow, Wigelsworth & Troncoso (2017), EEF: Challenge the Gap",
        "trios of schools; 49 of 104 schools bought a further year when the subsidy ended",
    ),
    "eef-months": Source(
        "Education Endowment Foundation, Teaching and Learning Toolkit: months of progress and effect sizes",
        "the table that turns effect sizes, to two decimals, into months of additional progress",
        "whole page",
    ),
    "eef-octopus": Source(
        "Lord, Rabiasz, Roy, Harland, Styles & Fowler (2017), NFER/EEF: Literacy Octopus",
        "a mail-out of evidence moved neither "
        "attainment nor research use; 6 in 10 schools engaged not at all or only a little",
    ),
    "eef-rlc": Source(
        "Rose, Thomas, Zhang, Edwards, Augero & Roney (2017), EEF: Research Learning Communities",
        "60 schools in 14 communities, 2 evidence "
        "champions each, 4 workshops a year, 2 years; reading effect +0.02; obstacles: time, turnover of champions",
    ),
    "frank-2004": Source(
        "Frank, Zhao & Borman (2004), Sociology of Education 77(2)",
        "social pressure and access to expertise weigh at least as much as perceived value",
    ),
    "frank-2011": Source(
        "Frank et al. (2011), Sociology of Education 84(2): Focus, fiddle, and friends",
        "beginners gain from focused development, the intermediate from experimenting, the advanced from colleagues",
    ),
    "goldschmidt-phelps-2010": Source(
        "Goldschmidt & Phelps (2010), Economics of Education Review 29",
        "about half of what was learnt is left after 6 months",
    ),
    "granovetter-1978": Source(
        "Granovetter (1978), American Journal of Sociology 83",
        "people act when enough others do; thresholds differ",
        "general knowledge",
    ),
    "hc-library-2016": Source(
        "House of Commons Library SN02625 with pupil-teacher ratios 2018/19",
        "teachers in a school: primary 260/20.5 = 12.7, secondary 910/15.9 = 57",
        "derived from published numbers",
    ),
    "herlitz-2020": Source(
        "Herlitz, MacIntyre, Osborn & Bonell (2020), Implementation Science 15:4",
        "after funding, 18 interventions: none kept whole, all but one kept in part",
    ),
    "jackson-bruegmann-2009": Source(
        "Jackson & Bruegmann (2009), AEJ Applied 1(4)",
        "better peers move pupils about a third as much as one's own quality; novices most",
    ),
    "jesacher-rossler-2021": Source(
        "Jesacher-Rössler, in the JPCC issue on PLNs (2021), as told by Brown & Poortman",
        "members are sometimes not aware of their role in mobilising knowledge",
        "summary in an interview",
    ),
    "johnston-tsai-2018": Source(
        "Johnston & Tsai (2018), RAND RR2217",
        "31 % of US teachers have enough time to collaborate; more time, more collaboration; feedback "
        "helps less in high-poverty schools",
    ),
    "kittelman-2020": Source(
        "Kittelman, Strickland-Cohen, Pinkelman & McIntosh (2020), JPBI",
        "lack of buy-in is the first reason to abandon, a new administrator the first to take up again",
    ),
    "kraft-2018": Source(
        "Kraft, Blazar & Hogan (2018), Review of Educational Research 88(4)",
        "coaching: .49 SD on instruction, .18 SD on achievement (ratio "
        ".37); about half of it in programmes of 100 teachers and more",
    ),
    "lally-2010": Source(
        "Lally, van Jaarsveld, Potts & Wardle (2010), European Journal of Social Psychology 40",
        "habit grows towards a plateau: 95 % of it after 18 to 254 days; a missed day does no harm",
    ),
    "levine-prietula-2012": Source(
        "Levine & Prietula (2012), Organization Science 23(6)",
        "self-learning and organisational memory lessen what exchange adds",
    ),
    "liebowitz-porter-2019": Source(
        "Liebowitz & Porter (2019), Review of Educational Research 89(5)",
        "principals' behaviours and instructional practice: .35 SD",
    ),
    "liu-phelps-2020": Source(
        "Liu & Phelps (2020), Journal of Teacher Education 71(5)",
        "the average gain from professional development was gone after 37 days",
    ),
    "march-1991": Source(
        "March (1991), Organization Science 2(1)",
        "members learn from a code that learns from its members",
        "general knowledge",
    ),
    "nces-2022": Source(
        "NCES (2024), Teacher and Principal Follow-up Surveys 2021-22",
        "16 % of teachers left their school in a year, 20 % of principals",
    ),
    "nfer-heads-2017": Source(
        "Lynch, Mills, Theobald & Worth (2017), NFER", "heads kept from year to year: primary 92 %, secondary 87 %"
    ),
    "prenger-2020": Source(
        "Prenger, Poortman & Handelzalts (2020), Journal of Educational Change",
        "leadership, shared goal, structured activities, "
        "collaboration, facilitation; bringing it home is the hard part",
    ),
    "prenger-2022": Source(
        "Prenger, Tappel, Poortman & Schildkamp (2022), Frontiers in Education 7:970715",
        "sustained means: core aspects in organisational routines, adapted to ongoing work, results kept",
    ),
    "rodway-2021": Source(
        "Rodway, MacGregor, Daly, Liou, Yonezawa & Pollock (2021), JPCC 6(2)",
        "information and advice ties differ; formal role holders are not necessarily the best brokers",
    ),
    "sandholtz-2023": Source(
        "Sandholtz, Ringstaff & Triant (2023)", "small tune-ups after the programme stop and reverse the decline"
    ),
    "schnellert-butler-2021": Source(
        "Schnellert & Butler, in the JPCC issue on PLNs (2021), as told by Brown & Poortman",
        "a co-teaching partner at home carries inquiry into the school",
        "summary in an interview",
    ),
    "schildkamp-2020": Source(
        "van den Boom-Muilenburg, Poortman, Schildkamp, de Vries & van Veen (2020; 2023)",
        "sustaining rests on formal and informal leaders",
    ),
    "spillane-2012": Source(
        "Spillane, Kim & Frank (2012), American Educational Research Journal 49(6)",
        "same grade and formal position shape advice ties",
    ),
    "sun-2013": Source(
        "Sun, Penuel, Frank, Gallagher & Youngs (2013), EEPA 35(3)",
        "what participants learn spreads through the network of helping",
    ),
    "sutton-trust-2018": Source(
        "Sutton Trust / NFER (2018), use of the EEF Toolkit 2012-2018",
        "teachers 4, 8, 10, 8, 15, 17, 23 %; leaders 39 to 59 %",
    ),
    "szulanski-1996": Source(
        "Szulanski (1996), Strategic Management Journal 17", "what is hard to explain is hard to transfer: stickiness"
    ),
    "tappel-2023": Source(
        "Tappel, Poortman, Schildkamp & Visscher (2023), Journal of Educational Change 24",
        "four end states: neither, method only, goal only, both",
    ),
    "tulowitzki-2021": Source(
        "Tulowitzki, in the JPCC issue on PLNs (2021), as told by Brown & Poortman",
        "in person and online together were essential",
        "summary in an interview",
    ),
    "watts-2002": Source(
        "Watts (2002), PNAS 99(9)", "thresholds on a network: a window of cascades", "general knowledge"
    ),
    "wiltsey-stirman-2012": Source(
        "Wiltsey Stirman et al. (2012), Implementation Science 7:17", "125 studies of what is left after support"
    ),
    "england-2024": Source(
        "DfE, schools and school workforce in England (2022-2024)",
        "24,453 schools, 468,400 teachers; 8 to 10 % leave the sector a year",
    ),
    "berwick-2011": Source(
        "Berwick, on the birth of Challenge Partners",
        "beyond a lunch hour's travel, working together is hard to keep up",
        "practitioner's page",
    ),
    "mason-galloway-2021": Source(
        "Mason & Galloway, in the JPCC issue on PLNs (2021), as told by Brown & Poortman",
        "evidence of pupil progress feeds a network's further development",
        "summary in an interview",
    ),
    "bremm-icsei": Source(
        "Bremm, ICSEI network on professional learning networks",
        "homogenised networks of disadvantaged schools",
        "listed with its title",
    ),
    "brown-poortman-2021": Source(
        "Brown & Poortman, interview in International Education News (2021)",
        "bringing it home is the hard part; the later design with at least 120 schools; findings of the special issue",
        "whole text",
    ),
    "ebbeler-2017": Source(
        "Ebbeler, Poortman, Schildkamp & Pieters (2017), Educational Assessment, Evaluation and Accountability",
        "9 data-team and 42 comparison schools: new skills, more positive attitude",
    ),
    "data-team-procedure": Source(
        "Schildkamp, Handelzalts, Poortman et al. (2018), The Data Team Procedure. Springer",
        "eight steps; four to six teachers and one or two school leaders, with a coach who comes to the school",
    ),
    "boom-muilenburg-2021": Source(
        "van den Boom-Muilenburg et al. (2021), International Journal of Leadership in Education",
        "of two schools with learning communities for seven years, one went on as intended, one had dropped a step",
    ),
    "edge-hill-lesson-study": Source(
        "Allan, Boorman, O'Doherty & Smalley (2018), and Edge Hill University's page on lesson study",
        "three cycles a year for two years; three teachers plan, teach and watch three lessons in each",
    ),
    "eef-lesson-study": Source(
        "Murphy, Weinhardt, Wyness & Rolfe (2017), EEF: Lesson Study",
        "181 schools, 12,700 pupils: +0.03 SD (-0.06 to 0.12)",
    ),
    "gonzalez-icsei": Source(
        "González et al., ICSEI network on professional learning networks",
        "professional development of systemic leaders in Chile",
        "listed with its title",
    ),
    "icsei-feeder": Source(
        "ICSEI network on professional learning networks: a regional math network across feeder school districts",
        "a network of feeder schools over time",
        "listed with its title",
    ),
    "knaer": Source(
        "Ontario Ministry of Education; Knowledge Network for Applied Education Research",
        "2010-14: 44 projects, over 150 partner organisations; 2015-20: up to four thematic networks",
    ),
    "leerkracht": Source(
        "stichting leerKRACHT, foundation pages; Oberon evaluation (design)",
        "1 to 2 hours a week of all teachers and a coach; 16 schools in 2012, about 1,000 in 2020 (self-reported)",
    ),
    "lomos-2011": Source(
        "Lomos, Hofman & Bosker (2011), School Effectiveness and School Improvement 22(2)",
        "professional community and achievement: d = .25",
    ),
    "macgregor-2021": Source(
        "MacGregor, in the JPCC issue on PLNs (2021), as told by Brown & Poortman",
        "co-production in research-practice partnerships",
        "summary in an interview",
    ),
    "nsw-experts": Source(
        "NSW Department of Education, curriculum reform pages",
        "over 200 teachers in expert networks; about 10 hours a term for leaders of reform communities",
    ),
    "quadratkilometer": Source(
        "Freudenberg Stiftung / RAA, One Square Kilometre of Education",
        "Reuterkiez, Berlin-Neukölln: ten years from 2006/07, then three years of institutionalisation",
    ),
    "rossler-icsei": Source(
        "Roessler & Agostini, ICSEI network on professional learning networks",
        "responsive lifelines for regional school development",
        "listed with its title",
    ),
    "sjoblom-icsei": Source(
        "Sjöblom, ICSEI network on professional learning networks",
        "teachers leading teachers: a case study in Malmö",
        "listed with its title",
    ),
    "eef-rlc-design": Source(
        "EEF, project page of the trial (before its results); Brown, on selecting participants (Teaching Times)",
        "champions with informal influence, and senior leaders; four whole-day workshops, a cycle of enquiry at home",
    ),
    "malmo-network": Source(
        "Brown, Ideland & Sjöblom, session at researchED: support for professional learning networks in Malmö",
        "all public upper secondary and adult education schools, with lead teachers and school leaders",
    ),
    "mason-galloway-2022": Source(
        "Mason & Galloway (2022), Lessons in School Improvement from Sub-Saharan Africa. Emerald",
        "more progress in attendance, literacy and behaviour than in control schools",
    ),
    "nsw-expert-networks": Source(
        "NSW Education Standards Authority's teacher expert networks, as told on pages of schools and a diocese",
        "teachers who try syllabuses in their classrooms, not necessarily more advanced than colleagues",
    ),
    "quadratkilometer-workshop": Source(
        "Pädagogische Werkstatt in Berlin-Neukölln, and the final evaluation of One Square Kilometre of Education",
        "the permanent workshop as centrepiece; three years funded jointly after the ten; it coordinates the alliance",
    ),
    "wwcsc-rlc": Source(
        "What Works for Children's Social Care (2023), Research Learning Communities",
        "six primary schools, workshops online, November 2021 to May 2022",
    ),
    "eef-rise": Source(
        "Wiggins, Jerrim, Tripney, Khatwa & Gough (2019), EEF: the RISE project",
        "one research lead in each of 40 secondary schools, 8 sessions: mathematics +0.09 and +0.04, "
        "English +0.05 and +0.03 SD after one and two years, none told from nought",
    ),
    "kahui-ako": Source(
        "New Zealand Ministry of Education, Communities of Learning (2017-2021)",
        "197 communities with 1,630 schools in April 2017, 210 with 72 % of state schools in September 2017, "
        "220 in 2021",
    ),
    "keuning-2017": Source(
        "Keuning, van Geel & Visscher (2017), Learning Disabilities Research & Practice",
        "effects of one project in 101 schools ranged from high to small or negative",
    ),
    "lortie-forgues-2019": Source(
        "Lortie-Forgues & Inglis (2019), Educational Researcher 48(3)",
        "141 large trials: 0.06 SD on average, interval 0.30 wide on average",
    ),
    "maths-hubs": Source(
        "NCETM, Maths Hubs annual reports and ten-year review",
        "32 hubs in 2014, later 40; 58 to 61 % of schools engaged ten years on",
    ),
    "nese-2016": Source(
        "Nese et al. (2016), Behavioral Disorders 42",
        "7 % of 915 schools abandoned school-wide behaviour support within five years of training",
    ),
    "ocw-gpl-2021": Source(
        "Dutch Ministry of Education (2021), average personnel cost of teachers in secondary schools, as told by Alpha "
        "Lyceum; hours of a year by the collective agreement (CAO)",
        "87,002 to 98,672 euros a full-time teacher by type of school; 1,659 hours a year",
        "summary pages; an hour is computed: the mean of the four types, 92,210, over 1,659",
    ),
    "papay-2020": Source(
        "Papay, Taylor, Tyler & Laski (2020), AEJ Policy 12(1)",
        "low-skilled teachers paired with high-skilled ones for a year: +0.12 SD for their pupils, "
        "0.055 SD in the school, kept in the next year",
    ),
    "sachsen-anhalt-2022": Source(
        "Ministry of Education of Saxony-Anhalt (2023), as told by MDR; Berlin's official estimate for the "
        "Unterrichtsgarantie (2014)",
        "about 45 euros for a lesson of paid extra work in 2022; 70,000 euros a year for an employed teacher in 2014, "
        "which are 41 an hour if a year has 1,700 (assumed)",
        "news report and estimate page",
    ),
    "scheirer-2005": Source(
        "Scheirer (2005), American Journal of Evaluation 26(3)",
        "in 14 of 17 studies at least 60 % of sites kept at least one component",
    ),
    "van-geel-2016": Source(
        "van Geel, Keuning, Visscher & Fox (2016), American Educational Research Journal 53(2)",
        "data-based decision making in 53 primary schools: about a month of schooling, more in schools of "
        "low socio-economic status",
    ),
    "yoon-2007": Source(
        "Yoon, Duncan, Lee, Scarloss & Shapley (2007), REL 2007-033",
        "nine studies: more than 14 hours of professional development had effects, 14 or fewer had none; mean 49 hours",
    ),
}
