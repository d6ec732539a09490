"""What people do with accounts and profiles. Each deed changes rows and records itself; none commits."""
