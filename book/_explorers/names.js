// What the chapters' data bring in words, for the catalogues of translations. No script uses this file.
export const NAMES = () => [
  ...[_("age"), _("age²"), _("area"), _("baths"), _("land"), _("year")],
  ...[_("100 m² of land more"), _("a bath more"), _("a square metre more"), _("a year later")],
  ...[_("a year of age more"), _("age² larger by 1")],
  ...[_("t-shirt"), _("trouser"), _("pullover"), _("dress"), _("coat")],
  ...[_("sandal"), _("shirt"), _("sneaker"), _("bag"), _("ankle boot")],
  ...[_("with replacement"), _("without replacement"), _("at the start"), _("at the minimum")],
  ...[_("weight of age (k€ per decade)"), _("weight of area (k€ per 10 m²)")],
  ...[_("oak"), _("beech"), _("willow")],
];
