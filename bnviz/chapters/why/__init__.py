"""Why it works: covariate shift, smoothness and noise, measured."""
