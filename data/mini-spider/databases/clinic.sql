CREATE TABLE doctor (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  ward TEXT NOT NULL,
  salary INTEGER NOT NULL
);

INSERT INTO doctor VALUES
  (1, 'Jonas Rossi', 'surgery', 5100),
  (2, 'Olga Drake', 'surgery', 7000),
  (3, 'June Keller', 'eye', 4200),
  (4, 'Carla Webb', 'eye', 4300),
  (5, 'Edda Okoro', 'eye', 7400),
  (6, 'Hugo Jara', 'surgery', 8200),
  (7, 'Emil Jung', 'heart', 6200),
  (8, 'Rosa Zeller', 'surgery', 6100);

CREATE TABLE patient (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  age INTEGER NOT NULL,
  town TEXT NOT NULL,
  doctor_id INTEGER NOT NULL REFERENCES doctor (id)
);

INSERT INTO patient VALUES
  (1, 'Anton Egan', 90, 'Elmstow', 2),
  (2, 'Rolf Ibsen', 72, 'Dunmore', 6),
  (3, 'Gita Young', 57, 'Fennick', 5),
  (4, 'Mina Lund', 4, 'Elmstow', 4),
  (5, 'Dina Cole', 52, 'Elmstow', 7),
  (6, 'Yara Wolf', 80, 'Dunmore', 7),
  (7, 'Wanda Stone', 59, 'Elmstow', 1),
  (8, 'Karl Ueda', 38, 'Dunmore', 3),
  (9, 'Leo Marsh', 25, 'Corvara', 7),
  (10, 'Wim Hale', 76, 'Dunmore', 7),
  (11, 'Sara Brook', 41, 'Corvara', 2),
  (12, 'Ivo Torres', 21, 'Dunmore', 7),
  (13, 'Bea Park', 8, 'Dunmore', 7),
  (14, 'Gus Quill', 18, 'Elmstow', 6),
  (15, 'Femi Kent', 30, 'Elmstow', 6),
  (16, 'Hana Hart', 87, 'Fennick', 7),
  (17, 'Paolo Tan', 11, 'Elmstow', 6),
  (18, 'Viktor Grant', 35, 'Elmstow', 7),
  (19, 'Cora Vance', 16, 'Elmstow', 6),
  (20, 'Ugo Vega', 37, 'Fennick', 5);
