CREATE TABLE product (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  color TEXT NOT NULL,
  price INTEGER NOT NULL
);

INSERT INTO product VALUES
  (1, 'lamp', 'white', 40),
  (2, 'chair', 'red', 20),
  (3, 'mirror', 'red', 22),
  (4, 'carpet', 'green', 198),
  (5, 'kettle', 'white', 194),
  (6, 'clock', 'white', 82),
  (7, 'vase', 'white', 50),
  (8, 'basket', 'green', 214),
  (9, 'pillow', 'white', 160),
  (10, 'candle', 'white', 96),
  (11, 'shelf', 'green', 86),
  (12, 'bucket', 'white', 142),
  (13, 'blanket', 'green', 152),
  (14, 'stool', 'green', 196),
  (15, 'teapot', 'white', 260),
  (16, 'drawer', 'white', 190);

CREATE TABLE store (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  staff INTEGER NOT NULL
);

INSERT INTO store VALUES
  (1, 'Northgate', 'Dunmore', 37),
  (2, 'Homeland', 'Dunmore', 42),
  (3, 'Cosy Corner', 'Wexley', 47),
  (4, 'Bright House', 'Marlow', 30),
  (5, 'The Depot', 'Marlow', 10),
  (6, 'Maple Mart', 'Marlow', 33),
  (7, 'Old Mill', 'Marlow', 3),
  (8, 'Casa Verde', 'Marlow', 45);

CREATE TABLE stock (
  product_id INTEGER NOT NULL REFERENCES product (id),
  store_id INTEGER NOT NULL REFERENCES store (id),
  PRIMARY KEY (product_id, store_id)
);

INSERT INTO stock VALUES
  (1, 4),
  (2, 1),
  (2, 2),
  (2, 8),
  (3, 2),
  (3, 4),
  (4, 3),
  (5, 2),
  (5, 3),
  (5, 8),
  (6, 2),
  (6, 4),
  (6, 8),
  (7, 2),
  (7, 4),
  (8, 3),
  (9, 4),
  (9, 5),
  (11, 3),
  (11, 5),
  (12, 2),
  (13, 2),
  (14, 4),
  (14, 5),
  (14, 7),
  (15, 1),
  (15, 5),
  (16, 1);
