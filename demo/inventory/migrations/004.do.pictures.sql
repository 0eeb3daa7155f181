-- Names of drawings in place of emoji, which a machine without their font shows as empty boxes.
update inventory.products as p
set image = drawn.image
from (values
  ('beans-ethiopia', 'beans'), ('beans-colombia', 'beans'), ('espresso-house', 'bag'), ('dripper-ceramic', 'dripper'),
  ('filters-paper', 'filters'), ('grinder-hand', 'grinder'), ('kettle-gooseneck', 'kettle'), ('scale-timer', 'scale'),
  ('sencha-shizuoka', 'tea'), ('darjeeling-first', 'leaf'), ('matcha-uji', 'matcha'), ('cup-tasting', 'cup'),
  ('beans-geisha', 'rarity')
) as drawn (sku, image)
where p.sku = drawn.sku;
