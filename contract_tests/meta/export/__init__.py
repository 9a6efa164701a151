"""Tests of the export of workflow tasks."""
