CREATE TABLE department (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  floor INTEGER NOT NULL,
  budget INTEGER NOT NULL
);

INSERT INTO department VALUES
  (1, 'Sales', 3, 370000),
  (2, 'Research', 2, 265000),
  (3, 'Finance', 1, 40000),
  (4, 'Design', 1, 280000),
  (5, 'Support', 3, 210000),
  (6, 'Legal', 1, 245000);

CREATE TABLE worker (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  job TEXT NOT NULL,
  salary INTEGER NOT NULL,
  department_id INTEGER NOT NULL REFERENCES department (id)
);

INSERT INTO worker VALUES
  (1, 'Wim Costa', 'analyst', 6950, 4),
  (2, 'Gita Pike', 'engineer', 7600, 4),
  (3, 'Ivo Dahl', 'clerk', 6450, 5),
  (4, 'Berta Okoro', 'engineer', 6550, 6),
  (5, 'Viktor Noble', 'manager', 3150, 4),
  (6, 'Sami Zeller', 'manager', 5150, 3),
  (7, 'Wanda Jung', 'analyst', 3700, 1),
  (8, 'Dina Drake', 'clerk', 2600, 6),
  (9, 'Bruno Jara', 'manager', 5750, 5),
  (10, 'Mina Hale', 'clerk', 2750, 5),
  (11, 'Rolf Vance', 'clerk', 2100, 4),
  (12, 'Sara Keller', 'manager', 7800, 1),
  (13, 'Amir Ellis', 'analyst', 3650, 4),
  (14, 'Cleo Kent', 'manager', 5700, 3),
  (15, 'Rosa Marsh', 'analyst', 3350, 1),
  (16, 'Lena Brook', 'analyst', 3050, 4),
  (17, 'Marco Stone', 'engineer', 2500, 5),
  (18, 'Ada Shaw', 'analyst', 3300, 4),
  (19, 'Femi Moss', 'manager', 3800, 5),
  (20, 'Edda Torres', 'analyst', 5900, 3),
  (21, 'Dov Ibsen', 'manager', 7350, 1),
  (22, 'Paolo Reyes', 'manager', 7500, 5);
