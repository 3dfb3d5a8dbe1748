/**
 * Words and runs that people's passwords are put together from, in several languages, in lower case: a selection of our own, for
 * pieces of long passwords rather than short whole ones, which their length rules out already.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  101010 102030 111222 112233 121212 123123 123321 131313 147258 147258369 159753 1q2w3e 1q2w3e4r 1q2w3e4r5t 246810 555666 654321 696969
  741852963 777777 789456 789456123 888888 987654 a1b2c3 a1b2c3d4 aaa abc abc123 abcd abcde abcdef access admin admin123 administrator
  alessandro alex alexander amazon america amour andrea andreas andrew angel angels anna anthony antoine anything apple application april
  arsenal asd asdf asdfgh asdfghjkl ashley august australia autumn azerty azertyuiop baby babygirl backup banana barcelona baseball
  basketball batman battery bbb beach bear beer benfica benjamin berlin best betty big bird bitcoin black bless blue bonita bonjour
  brandon brasil brazil bread brian brother bullet burger business buster butter butterfly camaro camille canada carol cat champion change
  changeme charles charlie cheese chelsea cherry chess china chocolate chouchou christ christian ciao city cobra coffee company computer
  contrasena cookie cool corazon corona correct corvette country covid cowboys crazy cricket crypto crystal dance daniel database david
  death debian december default demo demon destiny development devil diamond disco discord dog donna door doudou dragon drum eagle earth
  edward eight emma england enter eric estrella ethereum europe facebook faith falcon familia family father february felix ferrari fire
  first fish five flamengo florian flower flowers football forever fortnite four france francesco frank freedom friday friend friends
  fussball game gamer games garden gary gate geheim george germany ginger giuseppe god gold golden golf good google great green gregory
  guest guitar hallo hamburg hannah happy harley hase heaven hell hello hero hjkl hockey hola hola123 home honda honey hope horse hot
  house hundred hunter ice ihateyou iloveyou india instagram internet island italy jacob james january japan jason jazz jedi jeffrey
  jennifer jessica jesus john jonas jonathan jordan joseph joshua julia julien july june justin juventus karen kevin key keys killer king
  kitty knight lady lakers larry last laura legend leon letmein liberty lightning linda linux lion lisa little liverpool lkjh lkjhgfdsa
  lock lockdown login london lord loulou love lovely lover loveyou lucky lukas madrid maggie magic manager march maria mario mark markus
  marseille martin master matrix matthew max may mega mercedes metal michael michelle microsoft minecraft mnbv mnbvcxz monday money mongo
  monitor monkey moon moritz motdepasse mother mountain mudar music mustang mypassword mysql nancy naruto netflix network new newpassword
  nicholas nicolas nicole nine ninja nopassword nothing november ocean october office old oldpassword olivia one open opensesame oracle
  orange pandemic panther paris parola party pass passphrase passw0rd passwd password password1 password123 passwort passwort1 pasta paul
  peace pepper peter phoenix piano pink pirate pizza platform player please plinth poiu poiuytrewq pokemon poker porsche portugal postgres
  postgresql prince princess private product production punk puppy purple qazwsx qazwsxedc queen qwe qweasd qweasdzxc qwer qwerty
  qwerty123 qwertyuiop qwertz raiders rain rainbow red redis richard river robert roblox robot rock rome ronald root root123 rugby ruth
  ryan safe safety salt samsung samuel sarah saturday schatz scott sebastian secret secure security senha september server service
  services sesame seven shadow sharon silver sister six smile snapchat snow soccer soleil something sommer sonic sophie spain spiderman
  spring sqlserver staging staple star stars starwars steelers stefan stephen steven storm street sugar summer sun sunday sunshine super
  superman superuser susan sweet sweetheart system taco tea teamo temp temporary ten tenant tennis test test123 tester testing texas
  thepassword thomas thousand three thunder thursday tiger tigger tiktok timothy tobias token toyota trustno tuesday twitter two ubuntu
  ultra unlock unsafe user user123 vampire vienna village vodka wasd water wednesday welcome welcome1 whatever whatsapp whiskey white
  william windows wine winner winter witch wizard wolf world xxx yahoo yamaha yankees yellow york yourpassword youtube yxcvbn zelda zombie
  zxc zxcv zxcvbn zxcvbnm zzz
`
    .trim()
    .split(/\s+/),
);
