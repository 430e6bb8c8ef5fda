"""The processes beside the web: a worker that does jobs, a ticker that hands them out; each calls services only."""
