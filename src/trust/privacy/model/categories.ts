import type { ClassificationLevel, ValueClass } from './types.ts';

/** How a kind of data is classified when nothing else is said. */
export interface CategoryRule {
  readonly level: ClassificationLevel;
  /** 1 harmless … 10 ruinous. */
  readonly sensitivity: number;
  readonly isEncryptionRequired: boolean;
  readonly compliance: readonly string[];
  /** For people, after "looks like" or "holds". */
  readonly label: string;
  /** Columns of other types cannot hold it, whatever they are called. */
  readonly holds: readonly ValueClass[];
}

const personal = ['gdpr', 'ccpa'] as const;
const words = ['text', 'json'] as const;
const numbers = ['text', 'number', 'json', 'bytes'] as const;
const plain = { level: 'confidential', isEncryptionRequired: false, compliance: personal } as const;
const grave = { level: 'restricted', isEncryptionRequired: true, compliance: personal } as const;
const near = { level: 'restricted', isEncryptionRequired: false, sensitivity: 7, compliance: personal } as const;

/** Every kind of data that is told apart. */
export const categories = {
  credential: { ...grave, sensitivity: 10, compliance: ['iso-27001'], label: 'credentials', holds: [...words, 'bytes', 'uuid'] },
  'payment-card': { ...grave, sensitivity: 10, compliance: ['pci-dss', ...personal], label: 'payment card data', holds: numbers },
  'bank-account': { ...grave, sensitivity: 8, label: 'bank accounts', holds: numbers },
  'national-id': { ...grave, sensitivity: 9, label: 'national identity numbers', holds: numbers },
  passport: { ...grave, sensitivity: 9, label: 'numbers of passports or licences', holds: numbers },
  special: {
    ...grave,
    sensitivity: 10,
    compliance: ['gdpr-9', ...personal],
    label: 'health, belief, origin or another special category',
    holds: [...numbers, 'enum'],
  },
  phone: { ...near, label: 'phone numbers', holds: numbers },
  address: { ...near, label: 'postal addresses', holds: words },
  location: { ...near, label: 'positions of people', holds: [...words, 'number', 'shape'] },
  'birth-date': { ...near, label: 'dates of birth', holds: [...words, 'number', 'date', 'time'] },
  email: { ...plain, sensitivity: 6, label: 'e-mail addresses', holds: [...words, 'bytes'] },
  'person-name': { ...plain, sensitivity: 5, label: 'names of people', holds: words },
  demographic: { ...plain, sensitivity: 6, label: 'age, sex, nationality or family of people', holds: [...words, 'number', 'enum'] },
  income: { ...plain, sensitivity: 7, label: 'income of people', holds: [...words, 'number'] },
  'ip-address': { ...plain, sensitivity: 5, label: 'IP addresses', holds: [...words, 'network'] },
  device: { ...plain, sensitivity: 5, label: 'devices of people', holds: [...words, 'number', 'uuid', 'hardware'] },
  account: { ...plain, sensitivity: 5, label: 'login names and profiles of people', holds: words },
  business: {
    level: 'internal',
    sensitivity: 3,
    isEncryptionRequired: false,
    compliance: [],
    label: 'names of businesses or things',
    holds: words,
  },
} as const satisfies Readonly<Record<string, CategoryRule>>;

export type Category = keyof typeof categories;

export const categoryNames = Object.keys(categories) as readonly Category[];

export const ruleOf = (category: Category): CategoryRule => categories[category];

/** Whether data of this kind are about a person, for records of processing. */
export const isPersonal = (category: Category): boolean => ruleOf(category).compliance.includes('gdpr');
