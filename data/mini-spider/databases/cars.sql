CREATE TABLE maker (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  founded INTEGER NOT NULL
);

INSERT INTO maker VALUES
  (1, 'Volta', 'Chile', 1962),
  (2, 'Arrow Motors', 'India', 1973),
  (3, 'Kestrel', 'Chile', 1990),
  (4, 'Solar Auto', 'Italy', 1963),
  (5, 'Nimbus', 'Chile', 2007),
  (6, 'Falke', 'India', 1993),
  (7, 'Orion', 'Chile', 1917);

CREATE TABLE car (
  id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  color TEXT NOT NULL,
  price INTEGER NOT NULL,
  maker_id INTEGER NOT NULL REFERENCES maker (id)
);

INSERT INTO car VALUES
  (1, 'Swift', 'silver', 31000, 6),
  (2, 'Comet', 'red', 35500, 6),
  (3, 'Ranger', 'silver', 26500, 5),
  (4, 'Pixie', 'blue', 76500, 2),
  (5, 'Bolt', 'blue', 18500, 6),
  (6, 'Nomad', 'red', 60500, 7),
  (7, 'Tiger', 'blue', 65000, 6),
  (8, 'Lark', 'blue', 84000, 6),
  (9, 'Breeze', 'blue', 62500, 4),
  (10, 'Titan', 'red', 61000, 5),
  (11, 'Echo', 'black', 19000, 1),
  (12, 'Vector', 'red', 69000, 6),
  (13, 'Monza', 'black', 48500, 7),
  (14, 'Pilot', 'blue', 30000, 1),
  (15, 'Ember', 'black', 55000, 6),
  (16, 'Quest', 'blue', 87000, 6),
  (17, 'Falcon', 'blue', 70000, 5),
  (18, 'Delta', 'blue', 46500, 5),
  (19, 'Spark', 'red', 39000, 5),
  (20, 'Terra', 'red', 36500, 5);
