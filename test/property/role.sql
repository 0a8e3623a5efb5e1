-- role.sql - an ordinary role, as which everything after this runs, in the transaction of a test.
CREATE ROLE lastmile_property NOLOGIN;
CREATE SCHEMA property AUTHORIZATION lastmile_property;
SET LOCAL ROLE lastmile_property;
