/** Given names that are common in some country and rarely mean anything else there. Without accents, in lower case. */
const given = `aaron abdul abigail adam adele adrian agnes agnieszka ahmed aisha akira alan albert alejandra alejandro aleksander alena alessandra alessandro
  alexander alexandra alexandre alfonso alfred ali alice alicia alina alison allison amanda amelia amina amir amit amy ana anastasia anders andrea andreas andrei andrew
  andrzej angela angelika anita anja anna anne annette annika antoine anton antonia antonio arjun arthur astrid barbara bartosz beatrice beatriz benjamin bernard bernd
  bianca bjorn bogdan brandon brenda brian brigitte bruno camille carla carlos carmen carol carolina caroline catherine cecilia charles charlotte chen chiara
  christian christina christine christopher claire clara claude claudia claudio colin cristina cynthia dagmar daniel daniela daniele david deborah denise dennis derek diana diego dieter
  dimitri dmitri dominik donald donna dorothy douglas eduardo edward eileen ekaterina elena eleanor eleni elias elisabeth elizabeth ellen emilia emily emma enrique eric erik erika esther
  eugene eva evelyn fabian fatima federica felix fernanda fernando florian frances francesca francesco francisco francois frank franziska frederic gabriel gabriela gareth gary
  georg george gerald gerard gerhard giovanni giulia giuseppe gloria grace greg gregory guillaume gustavo hannah hans harald harold hassan heather heidi heike
  heinrich helen helena helga henri henrik henry herbert hiroshi holger hugo ibrahim ignacio igor ingrid irene isaac isabel isabella ivan jacob jacqueline jakub james jan jana jane janet jason
  javier jean jeffrey jennifer jeremy jessica jesus joan joanna joao johan johanna johannes john jonas jonathan jorge jose josef joseph joshua juan judith julia julian juliana julie
  jurgen justin karen karim karin karl karolina katarzyna katharina katherine kathleen katja keith kelly kenji kenneth kevin khalid klaus kristina kristin krzysztof kyle lars
  laura lauren laurent lea leila leon leonard leonardo leonie linda lisa lorenzo louis louise luca lucas lucia luis luisa lukas lukasz lydia magdalena malgorzata manfred manuel marc marcel marcelo
  marcin marco marcos marcus margaret margarita maria mariana marie marina mario marion marius markus marta martha martin martina mary maryam mateusz matteo matthew matthias maurice maximilian
  megan mehmet mei melanie melissa michael michal michel michele michelle miguel mikael mila miriam mohamed mohammed monica monika muhammad mustafa nadia nancy natalia natalie natasha nathan
  nicholas nicola nicolas nicole niklas nikolai nina noah nora norbert olga oliver olivia oscar otto pablo pamela paola patricia patrick paul paula paulo pedro peter petra philip philipp
  philippe pierre pilar piotr priya rachel rafael rahul raj ralf ramon raphael raquel rebecca regina reinhard renate rene ricardo richard rita robert roberta roberto robin rodrigo roger roland rolf
  ronald rosa rudolf russell ruth ryan sabine samantha samuel sandra sanjay sara sarah scott sean sebastian sergei sergio sharon sheila silvia simon simone sofia sonia sophia sophie stefan
  stefania stefanie stephanie stephen steven stuart susan susanne suzanne svetlana sven sylvia takashi tamara tatiana teresa theodore theresa thomas thorsten tiago tim timothy tobias tomas tomasz tracy
  ulrich ulrike ursula uwe valentina valerie vanessa vera veronica victor victoria vincent vincenzo virginie viktor vladimir walter wei wendy werner wilhelm william wolfgang xavier yasmin yolanda
  youssef yuki yusuf yvonne zeynep zoe`;

/** Family names, chosen in the same way. */
const family = `adams ahmed allen almeida alvarez andersen anderson andersson araujo bailey bakker barbieri bauer becker bell bennett bernard bertrand bianchi braun brooks brown campbell carter
  castillo castro chen christensen clark colombo conti cooper cox cruz davies davis dijkstra dubois dupont durand edwards esposito evans fernandes fernandez ferrari ferreira fischer flores foster
  fournier garcia gomes gomez gonzalez greco green gupta gutierrez hall hansen harris hernandez hill hoffmann hughes ivanov jackson jansen jensen jimenez johansson johnson jones kaminski kelly khan kim
  kowalski kowalczyk kumar lambert larsen laurent lee lefebvre leroy lewandowski lewis li liu lopes lopez marino martin martinez martins mehta meier meijer mendoza meyer miller mitchell moore morales moreau
  moreno morgan morris muller murphy murray nakamura nelson nguyen nielsen nilsson novak nowak oliveira olsen ortiz parker patel pedersen pereira perez peterson petit petrov phillips popov ramirez ramos reyes
  ribeiro ricci richter rivera roberts robinson rodrigues rodriguez rogers romano romero rossi roux ruiz russo sanchez santos sato schmidt schmitt schneider schroder schulz schwarz scott sharma silva simmons
  singh smirnov smith sousa stewart suzuki takahashi tanaka taylor thomas thompson torres tran turner vasquez visser wagner walker wang watanabe watson weber white williams wilson wojcik wong wood wright
  yamamoto yilmaz young zhang zielinski zimmermann okafor adeyemi mensah nkosi osei haddad rahman chowdhury reddy iyer`;

const listed = (names: string) => new Set(names.trim().split(/\s+/));

export const givenNames: ReadonlySet<string> = listed(given);
export const familyNames: ReadonlySet<string> = listed(family);
