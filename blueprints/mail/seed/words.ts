/** What demo data is made of. All domains are reserved for examples (RFC 2606). */
export const tenantNames = [
  'Harbor and Finch',
  'Northlight Labs',
  'Juniper Freight',
  'Quarry Street',
  'Tidewater Studio',
  'Alder and Sons',
];

export const firstNames =
  'Ada Amir Anna Ben Carla Chen Clara Daniel Elif Emma Felix Grace Hana Ines Ivan Jana Jonas Karim Lea Liam Lucia Marta Mei Milan Nadia Noah Olga Omar Paula Priya Rosa Sami Sofia Tom Vera Wei Yara Zoe'.split(
    ' ',
  );

export const lastNames =
  'Adler Baker Costa Dietz Evans Fischer Garcia Haas Ivanova Jansen Keller Lind Moreau Novak Okafor Petrov Quinn Rossi Sato Turner Ueda Vogel Weber Yilmaz Zhang'.split(
    ' ',
  );

export const titles = [
  'Head of Operations',
  'Founder',
  'Marketing Lead',
  'Purchasing',
  'Office Manager',
  'CTO',
  'Sales Director',
  'Project Manager',
];

export const industries = ['Logistics', 'Retail', 'Software', 'Manufacturing', 'Education', 'Hospitality', 'Energy', 'Healthcare'];

export const companyWords =
  'Amber Birch Cobalt Delta Ember Falcon Granite Hazel Iris Jade Kestrel Lumen Maple Nimbus Onyx Pine Quartz River Slate Tulip Umber Violet Willow Zephyr'.split(
    ' ',
  );

export const companyForms = ['Works', 'Group', 'Trading', 'Systems', 'Partners', 'Foods', 'Supply', 'Digital'];

export const countries = ['DE', 'FR', 'GB', 'US', 'NL', 'ES', 'PL', 'SE'];

export const campaignNames = ['Spring introduction', 'Warehouse pilot', 'Event follow-up', 'Renewal round', 'Autumn launch'];

export const steps = [
  {
    subject: 'A shorter way through your inbound mail, {{first_name}}?',
    body: 'Hello {{first_name}},\n\nteams like yours tell us that half of the morning goes into sorting mail. We built something that\nbrings that down to minutes, and I would like to show you how.\n\nWould a quarter of an hour next week suit you?\n',
  },
  {
    subject: 'Re: A shorter way through your inbound mail, {{first_name}}?',
    body: 'Hello {{first_name}},\n\njust in case my note got lost: here is a two-page summary of what other companies of your size\ngained in the first month. No slides, no sales talk.\n\nShall I send it over?\n',
  },
  {
    subject: 'Re: A shorter way through your inbound mail, {{first_name}}?',
    body: 'Hello {{first_name}},\n\nthis is my last note. If the time is not right, a word is enough and I will not write again.\n\nAll the best\n',
  },
];

export const replies = [
  'thank you for your note. Tuesday morning would work for me, could you send an invitation?\n',
  'interesting. How does this differ from what our provider already does? We are on a yearly contract.\n',
  'I am not the right person for this, but I have passed it on to our operations team.\n',
  'not at the moment, please ask again in the next quarter.\n',
  'could you send the summary you mentioned? And what would it cost for twenty people?\n',
  'we tried something like it last year and it did not go well. What would be different?\n',
];

export const answers = [
  'gladly. I have attached the summary; the second page has the figures you asked for.\n',
  'thank you for the quick reply. I have sent an invitation for Tuesday, ten o\u2019clock.\n',
  'that makes sense. I will come back to you then. Until then all the best to your team!\n',
];

export const thanks = ['perfect, see you then.\n', 'thanks, I will have a look and get back to you.\n', 'got it, merci!\n'];
