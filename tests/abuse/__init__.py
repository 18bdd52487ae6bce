"""Bad inputs, kills and a soak: what a stranger, a full disk or a power cut does to plnsim."""
