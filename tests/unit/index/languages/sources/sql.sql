-- The shop's tables.
CREATE SCHEMA IF NOT EXISTS shop;

CREATE TYPE shop.order_state AS ENUM ('open', 'paid', 'sent');

-- People who buy.
CREATE TABLE IF NOT EXISTS shop.customers (
    id bigserial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    "full name" varchar(200),
    created_at timestamptz DEFAULT now()
);

CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY,
    customer_id bigint NOT NULL REFERENCES shop.customers (id) ON DELETE CASCADE,
    state shop.order_state DEFAULT 'open',
    total numeric(10, 2) CHECK (total >= 0),
    CONSTRAINT orders_pk PRIMARY KEY (id),
    FOREIGN KEY (customer_id) REFERENCES shop.customers (id)
);

CREATE UNIQUE INDEX orders_by_customer ON shop.orders (customer_id, state);

CREATE OR REPLACE VIEW shop.open_orders AS
SELECT o.id, c.email, sum(o.total) AS total
FROM shop.orders AS o
JOIN shop.customers c ON c.id = o.customer_id
WHERE o.state = 'open'
GROUP BY o.id, c.email;

CREATE MATERIALIZED VIEW shop.revenue AS SELECT date_trunc('day', created_at), count(*) FROM shop.orders;

-- What a customer owes.
CREATE OR REPLACE FUNCTION shop.balance(customer bigint, since date DEFAULT '2020-01-01')
RETURNS numeric
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN (SELECT coalesce(sum(total), 0) FROM shop.orders WHERE customer_id = customer);
END;
$$;

CREATE TRIGGER orders_touch
    BEFORE UPDATE ON shop.orders
    FOR EACH ROW EXECUTE FUNCTION shop.touch();

ALTER TABLE shop.orders ADD COLUMN note text;

CREATE SEQUENCE shop.invoice_number START 1000;

INSERT INTO shop.customers (email) VALUES ('a@example.org');

UPDATE shop.orders SET state = 'paid' WHERE id IN (SELECT id FROM shop.open_orders);

WITH recent AS (
    SELECT * FROM shop.orders WHERE created_at > now() - interval '1 day'
)
SELECT shop.balance(customer_id) FROM recent;

\set ON_ERROR_STOP on

CREATE DOMAIN shop.postal_code AS text CHECK (VALUE ~ '^[0-9]{5}$');

CREATE FUNCTION shop.refund(order_id bigint) RETURNS void AS $body$
DECLARE
  amount numeric := 0;
BEGIN
  IF amount > 0 THEN PERFORM shop.total_of(order_id); END IF;
END
$body$ LANGUAGE plpgsql;

CREATE PROCEDURE shop.archive(before date) LANGUAGE sql AS $$
  DELETE FROM shop.orders
$$;

CREATE TABLE [dbo].[Order Lines] (
  [Id] int NOT NULL
)
GO
CREATE TABLE dbo.after_go (id int)
GO
