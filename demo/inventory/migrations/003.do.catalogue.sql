-- The first catalogue: things for coffee and tea. The last one is a rarity that sells out every now and then.
insert into inventory.products (position, sku, name, description, image, price_cents, capacity, reorder_point, stock)
values
  (1, 'beans-ethiopia', 'Ethiopia Guji, 250 g', 'Washed, light roast: apricot, bergamot, honey.', '🫘', 1490, 500, 220, 480),
  (2, 'beans-colombia', 'Colombia Huila, 250 g', 'Medium roast: caramel, red apple, cocoa.', '🫘', 1290, 500, 220, 480),
  (3, 'espresso-house', 'House Espresso, 1 kg', 'Dark chocolate and hazelnut, made for milk.', '☕', 2690, 450, 200, 410),
  (4, 'dripper-ceramic', 'Ceramic dripper', 'A cone for one to four cups, with spiral ribs.', '🏺', 2400, 400, 180, 350),
  (5, 'filters-paper', 'Paper filters, 100 pieces', 'Oxygen-bleached, for cones of size 02.', '📄', 690, 600, 240, 590),
  (6, 'grinder-hand', 'Hand grinder', 'Steel burrs, 24 steps, fits in a rucksack.', '⚙️', 8900, 400, 160, 290),
  (7, 'kettle-gooseneck', 'Gooseneck kettle, 0.9 l', 'Pours a thin, calm stream. Keeps its temperature.', '🫖', 11900, 400, 160, 290),
  (8, 'scale-timer', 'Scale with timer', 'Weighs to 0.1 g and counts the seconds.', '⚖️', 4900, 400, 160, 290),
  (9, 'sencha-shizuoka', 'Sencha Shizuoka, 100 g', 'Steamed green tea: fresh grass, sea air.', '🍵', 1690, 500, 220, 480),
  (10, 'darjeeling-first', 'Darjeeling First Flush, 100 g', 'Spring harvest: muscatel and white flowers.', '🍃', 2190, 500, 220, 480),
  (11, 'matcha-uji', 'Matcha Uji, 30 g', 'Stone-ground, for whisking.', '🟢', 2790, 450, 200, 410),
  (12, 'cup-tasting', 'Tasting cup', 'Thick porcelain, 180 ml, stacks well.', '🥣', 1390, 450, 200, 410),
  (13, 'beans-geisha', 'Panama Geisha micro-lot, 100 g', 'One farm, one week of harvest: jasmine and peach.', '✨', 3900, 24, 4, 24)
on conflict (sku) do nothing;
