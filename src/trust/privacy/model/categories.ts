import type { ClassificationLevel } from './types.ts';

/** How a kind of data is classified when nothing else is said. */
export interface CategoryRule {
  readonly level: ClassificationLevel;
  /** 1 harmless … 10 ruinous. */
  readonly sensitivity: number;
  readonly isEncryptionRequired: boolean;
  readonly compliance: readonly string[];
  /** For people, in a sentence: "looks like …". */
  readonly label: string;
}

const personal = ['gdpr', 'ccpa'] as const;

/** Every kind of data that is told apart. */
export const categories = {
  credential: { level: 'restricted', sensitivity: 10, isEncryptionRequired: true, compliance: ['iso-27001'], label: 'credentials' },
  'payment-card': { level: 'restricted', sensitivity: 10, isEncryptionRequired: true, compliance: ['pci-dss', ...personal], label: 'payment card numbers' },
  'bank-account': { level: 'restricted', sensitivity: 8, isEncryptionRequired: true, compliance: personal, label: 'bank accounts' },
  'national-id': { level: 'restricted', sensitivity: 9, isEncryptionRequired: true, compliance: personal, label: 'national identity numbers' },
  passport: { level: 'restricted', sensitivity: 9, isEncryptionRequired: true, compliance: personal, label: 'passport or licence numbers' },
  special: { level: 'restricted', sensitivity: 10, isEncryptionRequired: true, compliance: ['gdpr-9', ...personal], label: 'health, belief, origin or another special category' },
  phone: { level: 'restricted', sensitivity: 7, isEncryptionRequired: false, compliance: personal, label: 'phone numbers' },
  address: { level: 'restricted', sensitivity: 7, isEncryptionRequired: false, compliance: personal, label: 'postal addresses' },
  location: { level: 'restricted', sensitivity: 7, isEncryptionRequired: false, compliance: personal, label: 'positions of people' },
  'birth-date': { level: 'restricted', sensitivity: 7, isEncryptionRequired: false, compliance: personal, label: 'dates of birth' },
  email: { level: 'confidential', sensitivity: 6, isEncryptionRequired: false, compliance: personal, label: 'e-mail addresses' },
  'person-name': { level: 'confidential', sensitivity: 5, isEncryptionRequired: false, compliance: personal, label: 'names of people' },
  demographic: { level: 'confidential', sensitivity: 6, isEncryptionRequired: false, compliance: personal, label: 'age, gender, nationality or family' },
  income: { level: 'confidential', sensitivity: 7, isEncryptionRequired: false, compliance: personal, label: 'income of people' },
  'ip-address': { level: 'confidential', sensitivity: 5, isEncryptionRequired: false, compliance: personal, label: 'IP addresses' },
  device: { level: 'confidential', sensitivity: 5, isEncryptionRequired: false, compliance: personal, label: 'devices of people' },
  account: { level: 'confidential', sensitivity: 5, isEncryptionRequired: false, compliance: personal, label: 'login names and profiles' },
  business: { level: 'internal', sensitivity: 3, isEncryptionRequired: false, compliance: [], label: 'names of businesses and things' },
} as const satisfies Readonly<Record<string, CategoryRule>>;

export type Category = keyof typeof categories;

export const categoryNames = Object.keys(categories) as readonly Category[];

/** Whether data of this kind are about a person, for records of processing. */
export const isPersonal = (category: Category): boolean => (categories[category].compliance as readonly string[]).includes('gdpr');

/** What a level means for a place without a category. */
export const levelSensitivity: Readonly<Record<ClassificationLevel, number>> = { public: 1, internal: 3, confidential: 6, restricted: 8 };
