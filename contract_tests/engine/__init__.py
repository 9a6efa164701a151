"""The exported workflow task on a real engine; `make engine` runs these tests in an environment of their own."""
