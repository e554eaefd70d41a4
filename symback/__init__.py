"""symback: small neural networks worked by hand, exactly."""
