"""An operation of the contract as a task of a workflow engine."""
