"""Virtual trials: a study of a programme, simulated with the programme."""
