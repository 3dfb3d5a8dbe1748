/** Invented people live here. Lists of 64, so that a byte picks evenly. */
export const givenNames = words(`
  Ada Alma Anton Arne Asta Bela Birk Bruno Cara Clio Cora Dario Davi Dora Edda Elio Emil Enno Esra Fenja Finn Flora Gesa Gil Greta Hanno
  Heda Ida Ilja Inka Ivo Jara Jule Kai Kira Kuno Lale Lars Levin Lina Luis Mara Marlo Milo Mina Nele Nilo Nora Odin Oskar Paula Pia Quin Rasmus
  Rena Rufus Selma Sven Tilda Tom Ulla Vera Wim Yara`);
export const familyNames = words(`
  Adler Ahorn Amsel Bach Berger Birke Blum Brandt Buche Dachs Distel Dorn Eiche Elster Erle Esch Falke Farn Feld Fink Forst Fuchs Ginster Habicht
  Hagen Hain Hasel Heide Hirsch Holm Iltis Kiefer Klee Kranich Krug Laub Lerche Linde Luchs Marder Meise Mohn Moor Otter Pappel Quell Rabe
  Reiher Rohr Rose Sander Schilf Specht Star Stein Storch Tann Thal Ulme Wald Wachtel Weide Wiesel Zeisig`);
export const streets = words(`
  Ahornweg Amselgasse Angerweg Auenweg Bachgasse Birkenallee Brunnengasse Buchenweg Dammweg Dorfanger Eichenallee Erlengrund Eschenweg Feldrain
  Fliedergasse Forstweg Gartengasse Grabenweg Hainallee Haselgrund Heideweg Hofgasse Holunderweg Huegelweg Kastanienallee Kieferngrund Kirschgasse
  Kleeweg Kornfeld Lerchenweg Lindenallee Malvenweg Marktgasse Meisengrund Mittelweg Mohnweg Moosgasse Muehlgrund Nelkenweg Nordgasse Nussallee
  Obstgarten Ostweg Pappelallee Quellgrund Rainweg Ringgasse Rosenweg Sandweg Schilfgrund Seeweg Sonnengasse Steinweg Suedgasse Talweg Tannengrund
  Teichgasse Ulmenallee Uferweg Waldrand Weidengrund Westweg Wiesenweg Zedernweg`);

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}
