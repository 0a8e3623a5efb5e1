-- took.sql - what a statement takes, whatever else the machine does; run by roads.sql, rush.sql and peers in their schema.

-- Milliseconds of processor this backend has used: other work on the machine does not count. The kernel
-- brings its figure up to date when a process sleeps.
CREATE FUNCTION processor_ms() RETURNS float8
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_sleep(0.001);
	RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6;
END
$$;

-- What a statement takes in this backend; its rows are counted, not sent.
CREATE FUNCTION took(statement text) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
	begun float8 := processor_ms();
	rows bigint;
BEGIN
	EXECUTE statement INTO rows;
	RETURN processor_ms() - begun;
END
$$;
