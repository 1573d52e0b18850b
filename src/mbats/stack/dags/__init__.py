"""Airflow's timetables. They run in Airflow's environment: Airflow, the standard library and one another, no more."""
