CREATE TABLE port (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  depth INTEGER NOT NULL
);

INSERT INTO port VALUES
  (1, 'Saltburn', 'Ghana', 8),
  (2, 'Cape Orne', 'Norway', 27),
  (3, 'Gull Bay', 'Chile', 10),
  (4, 'Kingsquay', 'Ghana', 13),
  (5, 'Port Ellery', 'Chile', 18),
  (6, 'Redcliff', 'Chile', 20),
  (7, 'Tern Island', 'Chile', 15),
  (8, 'Westhaven', 'Ghana', 19);

CREATE TABLE ship (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  length INTEGER NOT NULL,
  port_id INTEGER NOT NULL REFERENCES port (id)
);

INSERT INTO ship VALUES
  (1, 'Albatross', 'ferry', 158, 6),
  (2, 'Morning Star', 'ferry', 148, 6),
  (3, 'Sea Wolf', 'ferry', 260, 6),
  (4, 'Osprey', 'ferry', 238, 1),
  (5, 'Black Pearl', 'tanker', 94, 2),
  (6, 'Calypso', 'tanker', 40, 2),
  (7, 'Dorado', 'tanker', 222, 3),
  (8, 'Esperanza', 'trawler', 58, 7),
  (9, 'Fortuna', 'tanker', 280, 6),
  (10, 'Grey Seal', 'tanker', 56, 3),
  (11, 'Halcyon', 'trawler', 190, 3),
  (12, 'Isolde', 'tanker', 52, 2),
  (13, 'Juno', 'ferry', 304, 8),
  (14, 'Kraken', 'ferry', 288, 7),
  (15, 'Lady Ann', 'tanker', 272, 3),
  (16, 'Mariner', 'ferry', 198, 2),
  (17, 'Neptune', 'ferry', 74, 2),
  (18, 'Orca', 'ferry', 108, 4);
