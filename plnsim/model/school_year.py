"""The school year: 39 weeks of school and 13 of holidays, which count as one event at the end of the year."""

SCHOOL_WEEKS = 39
HOLIDAY_WEEKS = 13.0
