"""How a solution is shown: printers, dialects, templates, PDF."""
