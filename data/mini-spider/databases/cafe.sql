CREATE TABLE cook (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  wage INTEGER NOT NULL
);

INSERT INTO cook VALUES
  (1, 'Hana Frost', 18),
  (2, 'Viktor Lund', 27),
  (3, 'Cleo Pike', 26),
  (4, 'Mina Birch', 23),
  (5, 'June Drake', 33),
  (6, 'Dov Abel', 12),
  (7, 'Timo Irwin', 16);

CREATE TABLE dish (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  course TEXT NOT NULL,
  price INTEGER NOT NULL,
  cook_id INTEGER NOT NULL REFERENCES cook (id)
);

INSERT INTO dish VALUES
  (1, 'onion soup', 'main', 26, 7),
  (2, 'lemon cake', 'main', 6, 2),
  (3, 'fish pie', 'main', 22, 5),
  (4, 'rice bowl', 'main', 23, 7),
  (5, 'garden salad', 'main', 30, 5),
  (6, 'plum tart', 'main', 19, 2),
  (7, 'beef stew', 'starter', 29, 2),
  (8, 'apple crumble', 'dessert', 25, 2),
  (9, 'pea soup', 'dessert', 10, 5),
  (10, 'noodle box', 'dessert', 11, 1),
  (11, 'cheese plate', 'dessert', 16, 5),
  (12, 'tomato soup', 'main', 28, 5),
  (13, 'duck roast', 'dessert', 21, 6),
  (14, 'honey ice', 'starter', 13, 6),
  (15, 'bean curry', 'starter', 20, 6),
  (16, 'mushroom toast', 'main', 35, 1),
  (17, 'berry pudding', 'main', 17, 7),
  (18, 'spinach pie', 'main', 4, 6);
