CREATE TABLE station (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  altitude INTEGER NOT NULL
);

INSERT INTO station VALUES
  (1, 'Cloud Peak', 'desert', 1330),
  (2, 'Frost Point', 'coast', 2810),
  (3, 'Gale Rock', 'coast', 2680),
  (4, 'High Moor', 'coast', 300),
  (5, 'Sleet Ridge', 'plain', 1210),
  (6, 'Thunder Bay', 'coast', 520),
  (7, 'Windmere', 'plain', 1620);

CREATE TABLE storm (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  month TEXT NOT NULL,
  speed INTEGER NOT NULL,
  station_id INTEGER NOT NULL REFERENCES station (id)
);

INSERT INTO storm VALUES
  (1, 'Agnes', 'August', 60, 5),
  (2, 'Boris', 'August', 146, 3),
  (3, 'Clara', 'May', 132, 2),
  (4, 'Dennis', 'May', 136, 2),
  (5, 'Edith', 'May', 242, 3),
  (6, 'Floyd', 'August', 212, 6),
  (7, 'Greta', 'May', 62, 5),
  (8, 'Hector', 'May', 214, 5),
  (9, 'Ingrid', 'May', 98, 4),
  (10, 'Joaquin', 'August', 152, 5),
  (11, 'Kirk', 'October', 222, 1),
  (12, 'Lorna', 'May', 180, 4),
  (13, 'Morris', 'October', 160, 4),
  (14, 'Nadia', 'May', 170, 2),
  (15, 'Oswald', 'August', 94, 3),
  (16, 'Petra', 'October', 142, 2),
  (17, 'Quentin', 'August', 216, 5),
  (18, 'Rita', 'October', 184, 4);
