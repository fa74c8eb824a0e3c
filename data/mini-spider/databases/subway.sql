CREATE TABLE line (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  color TEXT NOT NULL,
  length INTEGER NOT NULL
);

INSERT INTO line VALUES
  (1, 'Circle', 'brown', 23),
  (2, 'Airport', 'green', 48),
  (3, 'Riverside', 'green', 51),
  (4, 'Central', 'purple', 8),
  (5, 'Garden', 'brown', 33),
  (6, 'Harbor', 'brown', 50);

CREATE TABLE stop (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  platforms INTEGER NOT NULL,
  line_id INTEGER NOT NULL REFERENCES line (id)
);

INSERT INTO stop VALUES
  (1, 'Opera', 'A', 18, 5),
  (2, 'Town Hall', 'B', 24, 1),
  (3, 'Museum Park', 'A', 1, 3),
  (4, 'Old Market', 'A', 25, 5),
  (5, 'Stadium', 'B', 12, 3),
  (6, 'Zoo Gate', 'C', 6, 5),
  (7, 'Main Street', 'C', 15, 1),
  (8, 'University', 'B', 21, 6),
  (9, 'Fish Dock', 'B', 10, 5),
  (10, 'City Gardens', 'B', 11, 5),
  (11, 'West End', 'A', 14, 5),
  (12, 'Foundry', 'A', 16, 3),
  (13, 'Castle Hill', 'B', 9, 6),
  (14, 'Bridge Street', 'A', 3, 3),
  (15, 'Hospital', 'B', 13, 3),
  (16, 'Queen Square', 'A', 8, 5),
  (17, 'Tower Road', 'B', 19, 3),
  (18, 'Mill Lane', 'A', 26, 5),
  (19, 'North Pier', 'B', 7, 5),
  (20, 'Fountain', 'A', 23, 2),
  (21, 'Abbey', 'A', 22, 2),
  (22, 'Sandy Lane', 'A', 20, 6);
