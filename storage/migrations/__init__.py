"""Steps from one version's tables to the next one's, each in a file of `versions`, run by `storage.migration`.

To change a table: change it in `storage.tables` (or the dataclass it is made from), and write the next file
by hand, with `upgrade` and `downgrade`, for SQLite and PostgreSQL alike (`op.batch_alter_table` does for both).
`tests/storage/test_migrations.py` compares the result with the tables and prints what differs.
A file that was released is never changed.
"""
