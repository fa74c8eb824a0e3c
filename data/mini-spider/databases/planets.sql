CREATE TABLE star (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  color TEXT NOT NULL,
  heat INTEGER NOT NULL
);

INSERT INTO star VALUES
  (1, 'Altor', 'yellow', 11400),
  (2, 'Vexa', 'orange', 14900),
  (3, 'Solune', 'orange', 12400),
  (4, 'Kardis', 'blue', 11300),
  (5, 'Mirion', 'blue', 15900),
  (6, 'Ophel', 'orange', 4600),
  (7, 'Tauvan', 'orange', 21000);

CREATE TABLE planet (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  surface TEXT NOT NULL,
  moons INTEGER NOT NULL,
  star_id INTEGER NOT NULL REFERENCES star (id)
);

INSERT INTO planet VALUES
  (1, 'Zeb', 'gaseous', 7, 2),
  (2, 'Orlin', 'icy', 14, 6),
  (3, 'Thessa', 'gaseous', 26, 2),
  (4, 'Quorra', 'rocky', 17, 1),
  (5, 'Ymir', 'icy', 34, 2),
  (6, 'Dunara', 'icy', 4, 2),
  (7, 'Pell', 'gaseous', 19, 6),
  (8, 'Icarra', 'gaseous', 46, 2),
  (9, 'Novus', 'rocky', 42, 1),
  (10, 'Brakk', 'gaseous', 32, 2),
  (11, 'Lumen', 'gaseous', 9, 1),
  (12, 'Ferro', 'rocky', 38, 6),
  (13, 'Galea', 'gaseous', 16, 7),
  (14, 'Hestor', 'gaseous', 8, 2),
  (15, 'Jorvan', 'icy', 30, 6),
  (16, 'Kessa', 'gaseous', 13, 1),
  (17, 'Rhune', 'icy', 31, 4),
  (18, 'Ostara', 'gaseous', 10, 6),
  (19, 'Umbra', 'rocky', 39, 7),
  (20, 'Vanth', 'icy', 33, 2);
