CREATE TABLE client (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  job TEXT NOT NULL,
  income INTEGER NOT NULL
);

INSERT INTO client VALUES
  (1, 'Ivo Adler', 'pilot', 2600),
  (2, 'Hugo Kent', 'baker', 7900),
  (3, 'Sara Novak', 'baker', 5100),
  (4, 'Ada Ueda', 'baker', 3800),
  (5, 'Pia Webb', 'baker', 6300),
  (6, 'Vera Cole', 'nurse', 7100),
  (7, 'Timo Pike', 'pilot', 3700),
  (8, 'Gita Costa', 'pilot', 8600),
  (9, 'Amir Abel', 'baker', 4900);

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  currency TEXT NOT NULL,
  balance INTEGER NOT NULL,
  client_id INTEGER NOT NULL REFERENCES client (id)
);

INSERT INTO account VALUES
  (1, 'B217', 'yen', 18300, 8),
  (2, 'B260', 'yen', 21500, 9),
  (3, 'B303', 'euro', 9800, 8),
  (4, 'B346', 'euro', 4050, 9),
  (5, 'B389', 'euro', 20700, 7),
  (6, 'B432', 'euro', 14300, 8),
  (7, 'B475', 'dollar', 5500, 1),
  (8, 'B518', 'yen', 9200, 1),
  (9, 'B561', 'dollar', 19900, 8),
  (10, 'B604', 'yen', 25050, 8),
  (11, 'B647', 'dollar', 12200, 8),
  (12, 'B690', 'euro', 8050, 6),
  (13, 'B733', 'euro', 1300, 4),
  (14, 'B776', 'yen', 13200, 9),
  (15, 'B819', 'yen', 21900, 1),
  (16, 'B862', 'euro', 21550, 6),
  (17, 'B905', 'yen', 8100, 9),
  (18, 'B948', 'euro', 150, 5);
