"""What goes over HTTP: requests, responses, strict JSON, and the connection to a target."""
