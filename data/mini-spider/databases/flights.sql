CREATE TABLE airline (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  planes INTEGER NOT NULL
);

INSERT INTO airline VALUES
  (1, 'Skyway', 'Spain', 124),
  (2, 'Aero Nord', 'Kenya', 86),
  (3, 'Blue Jet', 'Kenya', 20),
  (4, 'Condora', 'Kenya', 96),
  (5, 'Sun Wings', 'Kenya', 40),
  (6, 'Polaris Air', 'Spain', 48),
  (7, 'Zephyr', 'India', 60);

CREATE TABLE flight (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  city TEXT NOT NULL,
  price INTEGER NOT NULL,
  airline_id INTEGER NOT NULL REFERENCES airline (id)
);

INSERT INTO flight VALUES
  (1, 'SAB101', 'Tokyo', 525, 6),
  (2, 'CPZ138', 'Cairo', 445, 5),
  (3, 'SKA175', 'Oslo', 220, 7),
  (4, 'NBJ212', 'Cairo', 325, 7),
  (5, 'CDS249', 'Oslo', 355, 3),
  (6, 'WPA286', 'Cairo', 740, 6),
  (7, 'ZEF323', 'Oslo', 660, 5),
  (8, 'QLM360', 'Lima', 230, 6),
  (9, 'TRU397', 'Oslo', 905, 2),
  (10, 'SAB434', 'Tokyo', 310, 6),
  (11, 'CPZ471', 'Tokyo', 555, 3),
  (12, 'SKA508', 'Cairo', 810, 5),
  (13, 'NBJ545', 'Lima', 480, 6),
  (14, 'CDS582', 'Oslo', 915, 3),
  (15, 'WPA619', 'Tokyo', 205, 7),
  (16, 'ZEF656', 'Cairo', 940, 1),
  (17, 'QLM693', 'Lima', 585, 7),
  (18, 'TRU730', 'Cairo', 825, 3),
  (19, 'SAB767', 'Cairo', 570, 6),
  (20, 'CPZ804', 'Oslo', 115, 7);
