import type { Category } from '../categories.ts';
import type { ValueClass } from '../types.ts';

/** What a phrase at the end of a name speaks for. `none` is a phrase that reads like something it is not. */
export interface NameRule {
  readonly category: Category | 'none';
  /** 0–1: how sure one may be by the name alone. Below 0.5 it takes values that agree. */
  readonly weight: number;
  /** Further types that may hold it under this name. */
  readonly also?: readonly ValueClass[];
  readonly phrases: string;
}

const sure = 0.9;
const likely = 0.75;
const fair = 0.6;
const hint = 0.4;

/**
 * Phrases in the words of people who name columns, English first, then the common ones of German, French and Spanish. The longest that ends
 * the name counts: `email_verified` ends with "verified" and is none, `primary_key` is told apart from `key`. Written without accents
 * or with, in the singular or plural: both are read as `wordsOf` reads a name, and also without the spaces.
 */
export const nameRules: readonly NameRule[] = [
  {
    category: 'credential',
    weight: sure,
    phrases: `password, passwd, pwd, passphrase, pass phrase, password hash, hashed password, password digest, password verifier, passwd hash, pwd hash,
      client secret, app secret, shared secret, totp secret, mfa secret, otp secret, otp seed, webhook secret, secret value, secret answer,
      access token, refresh token, auth token, api token, session token, bearer token, reset token, csrf token, id token, oauth token,
      api key, secret key, private key, access key, secret access key, encryption key, decryption key, signing key, master key, ssh key, pgp key,
      gpg key, auth key, authentication key, account key, symmetric key, shared key, hmac key, data encryption key, key encryption key,
      wrapping key, aes key, rsa key, recovery key, deploy key, recovery code, backup code, one time password, private pem, key material,
      passwort, kennwort, passwort hash, mot de passe, mot passe, mdp, contraseña, clave secreta, clave privada, clave api, clé privée, clé api`,
  },
  {
    category: 'credential',
    weight: likely,
    phrases: `secret, token, token hash, token value, verification token, invite token, invitation token, password salt, license key, licence key,
      activation key, service key, webhook key, session key, data key, server key, credential, connection string, database url, security answer,
      authorization header, auth header, session cookie, keystore, key pem, salted password, geheimnis, secreto, jeton`,
  },
  { category: 'credential', weight: likely, also: ['number'], phrases: 'otp, otp code, pin hash, pin number, card pin' },
  {
    category: 'credential',
    weight: fair,
    phrases: 'salt, client key, auth code, authorization code, verification code, cookie, cookies, authorization, dsn, clave acceso',
  },
  { category: 'credential', weight: hint, phrases: 'key, pass, session id, nonce, clave, cle, schlussel, clef' },
  { category: 'credential', weight: hint, also: ['number'], phrases: 'pin, pin code, passcode' },
  {
    category: 'none',
    weight: likely,
    phrases: `primary key, foreign key, sort key, partition key, cache key, object key, unique key, idempotency key, natural key, surrogate key,
      business key, group key, dedupe key, dedup key, deduplication key, routing key, event key, subject key, storage key, public key, row key,
      translation key, message key, lookup key, range key, search key, item key, setting key, config key, option key, feature key, flag key,
      issue key, project key, document key, file key, bucket key, image key, thread key, job key, queue key, lock key, metric key, tag key,
      label key, property key, attribute key, locale key, sequence key, order key, entity key, resource key, composite key,
      candidate key, alternate key, index key, shard key, cluster key, page key, field key, template key, component key, menu key, role key,
      page token, next page token, continuation token, cursor token, design token, sync token, stop token, public token, message id, thread id,
      in reply to, request id, trace id, span id, correlation id, commit hash, content hash, file hash, checksum, etag, version, app version,
      client version, build number, order number, invoice number, serial number, tracking number, ticket number, case number, part number,
      file name, path name, host name, domain name, table name, column name, schema name, database name, index name, constraint name,
      function name, class name, method name, event name, job name, queue name, task name, role name, permission name, tag name, field name,
      key name, type name, template name, secret name, token name, password name, credential name, variable name, parameter name, topic name,
      service name, metric name, flag name, feature name, locale name, time zone name, variant name, step name, state name, stage name, bucket name,
      cookie name, header name, script name, module name, package name, image name, policy name, trigger name, view name, source name,
      web address, memory address, base address, contract address, test pass, email account, mail server,
      max age, min age, cache age, message age, account age, average age, ein, vat id, vat number, tax rate, company number, race condition,
      email template, phone extension, area code, country code, dialing code`,
  },
  {
    category: 'payment-card',
    weight: sure,
    phrases: `card number, credit card, credit card number, debit card, debit card number, cc number, cc num, card no, card num, payment card,
      payment card number, card pan, primary account number, cvv, cvc, cvv code, cvc code, card cvv, card security code, kreditkarte, kreditkartennummer,
      kartennummer, carte bancaire, carte de crédit, numéro carte, numéro de carte, tarjeta de crédito, tarjeta crédito, número tarjeta, número de tarjeta`,
  },
  {
    category: 'payment-card',
    weight: fair,
    phrases: 'card expiry, card expiration, card expiry date, card expiration date, tarjeta, card track data',
  },
  { category: 'payment-card', weight: hint, phrases: 'pan, card, security code' },
  {
    category: 'bank-account',
    weight: sure,
    phrases: `iban, bank account, bank account number, bank account no, kontonummer, bankkonto, bankverbindung, cuenta bancaria, número cuenta,
      número de cuenta, compte bancaire, numéro compte, numéro de compte, clabe, iban code, iban number`,
  },
  {
    category: 'bank-account',
    weight: fair,
    phrases: 'account number, account no, acct number, acct no, acct num, routing number, aba number',
  },
  { category: 'bank-account', weight: hint, phrases: 'swift, swift code, bic, bic code, bank code, sort code, rib, acct' },
  {
    category: 'national-id',
    weight: sure,
    phrases: `ssn, social security number, social security no, social insurance number, national id, national id number, national identity number,
      national insurance number, nino, taxpayer id, tax identification number, personal identity number, identity card number, id card number,
      cpf, curp, dni, aadhaar, aadhar, aadhaar number, pan number, pesel, bsn, personnummer, codice fiscale, steuer id, steueridentifikationsnummer,
      sozialversicherungsnummer, rentenversicherungsnummer, versichertennummer, personalausweisnummer, ausweisnummer, sécurité sociale,
      numéro sécurité sociale, numéro de sécurité sociale, seguridad social, número seguridad social, nhs number, medicare number, ahv nummer, itin,
      social security`,
  },
  {
    category: 'national-id',
    weight: likely,
    phrases: `tax id, tax number, tax no, tin, identity number, id number, id card, identity document, identity document number, steuernummer,
      health insurance number, insurance number, nif, nie, nir, bürgernummer, cédula, government id`,
  },
  { category: 'national-id', weight: hint, phrases: 'sin, rfc, nin, personal number, fiscal code' },
  {
    category: 'passport',
    weight: sure,
    phrases: `passport, passport number, passport no, passport num, passnummer, reisepass, reisepassnummer, passeport, numéro passeport, pasaporte,
      número pasaporte, driver license, driver license number, driver licence, driver licence number, driving license, driving licence,
      driving licence number, driving license number, führerschein, fuehrerschein, führerscheinnummer, permis de conduire, licencia de conducir, visa number`,
  },
  { category: 'passport', weight: hint, phrases: 'license number, licence number, license no, document no, document number' },
  {
    category: 'special',
    weight: sure,
    phrases: `religion, religious affiliation, religious belief, ethnicity, ethnic origin, ethnic group, political view, political opinion,
      political party, party affiliation, trade union membership, sexual orientation, diagnosis, medical condition, medical history, medical record,
      medical record number, mrn, disability, allergy, medication, prescription, blood type, blood group, hiv status, genetic data, biometric data,
      biometric, biometric template, face encoding, voice print, retina scan, vaccination status, criminal record, konfession, krankheit, diagnose,
      blutgruppe, behinderung, maladie, handicap, groupe sanguin, enfermedad, diagnóstico, grupo sanguíneo, religión, etnia, orientation sexuelle`,
  },
  {
    category: 'special',
    weight: fair,
    phrases: 'race, health condition, health data, symptom, icd code, icd, dna, face embedding, conviction, vaccination, pregnancy',
  },
  { category: 'special', weight: hint, phrases: 'health, treatment, belief, origin, union' },
  {
    category: 'phone',
    weight: sure,
    phrases: `phone, telephone, phone number, telephone number, mobile phone, mobile number, cell phone, cell number, phone no, mobile no, tel no,
      tel number, fax, fax number, telefon, telefonnummer, handynummer, mobilnummer, rufnummer, festnetz, téléphone, numéro téléphone,
      numéro de téléphone, téléphone portable, teléfono, número teléfono, número de teléfono, móvil, teléfono móvil, msisdn, whatsapp,
      whatsapp number, phone num, mobile num, faxnummer, telefax`,
  },
  {
    category: 'phone',
    weight: fair,
    phrases: 'mobile, tel, handy, contact number, caller number, callee number, sms number, portable, contact no',
  },
  { category: 'phone', weight: hint, phrases: 'cell, caller id, dialed number, landline' },
  {
    category: 'address',
    weight: sure,
    phrases: `street address, street name, address line, mailing address, billing address, shipping address, home address, delivery address,
      postal address, residential address, work address, street, house number, postal code, post code, postcode, zip code, postleitzahl, plz,
      straße, straßenname, anschrift, hausnummer, wohnort, rechnungsadresse, lieferadresse, dirección, domicilio, calle, código postal,
      code postal, domicile, adresse postale, address city, home city, address street, customer address, company address, user address`,
  },
  { category: 'address', weight: likely, phrases: 'address, adresse, zip, addr' },
  { category: 'address', weight: hint, phrases: 'rue, apartment, apt, suite' },
  {
    category: 'location',
    weight: likely,
    phrases: `latitude, longitude, geo location, geolocation, gps, gps coordinate, gps position, last location, current location,
      home location, user location, geo point, coordinate, geo coordinate, home latitude, home longitude, breitengrad, längengrad, latitud, longitud`,
  },
  { category: 'location', weight: fair, phrases: 'lat, lng, lon, standort, ubicación, geo' },
  { category: 'location', weight: hint, phrases: 'location' },
  {
    category: 'birth-date',
    weight: sure,
    phrases: `birth date, date of birth, dob, birthday, birth day, birth year, year of birth, geburtsdatum, geburtstag, geburtsjahr, date naissance,
      date de naissance, fecha nacimiento, fecha de nacimiento, bday, birth dt, birth month`,
  },
  { category: 'birth-date', weight: likely, phrases: 'born, born date, geboren, naissance, nacimiento' },
  {
    category: 'email',
    weight: sure,
    phrases: `email, e mail, email address, e mail address, mail address, email addr, correo, correo electrónico, courriel, adresse mail, adresse email,
      adresse e mail, mail adresse, e mail adresse, emailadresse, email alias, contact mail`,
  },
  {
    category: 'email',
    weight: fair,
    phrases:
      'mail, from address, to address, cc address, bcc address, reply address, reply to address, sender address, recipient address, reply to, mail to, mail from',
  },
  { category: 'email', weight: hint, phrases: 'mailbox, recipient, sender' },
  {
    category: 'person-name',
    weight: sure,
    phrases: `first name, last name, full name, given name, family name, middle name, maiden name, nick name, surname, sur name, forename, fore name,
      birth name, preferred name, contact name, customer name, client name, patient name, employee name, person name, people name, member name, guest name,
      student name, teacher name, driver name, owner name, author name, sender name, recipient name, receiver name, cardholder name, card holder name,
      account holder name, account holder, cardholder, beneficiary name, spouse name, mother name, father name, parent name, child name, applicant name,
      candidate name, participant name, attendee name, doctor name, lead name, passenger name, signer name, signatory name, contact person,
      manager name, buyer name, seller name, subscriber name, vorname, nachname, familienname, geburtsname, ansprechpartner, kundenname, prénom,
      nom famille, nom de famille, nom usage, nom complet, apellido, primer apellido, segundo apellido, nombre completo, nombre pila, fname, lname, next of kin`,
  },
  {
    category: 'person-name',
    weight: fair,
    phrases: 'display name, from name, to name, reply name, legal name, initial, cardholder title, rufname, salutation name',
  },
  { category: 'person-name', weight: hint, phrases: 'contact, owner, author, assignee, beneficiary, kontakt' },
  {
    category: 'demographic',
    weight: likely,
    phrases: `gender, sex, age, nationality, citizenship, marital status, civil status, family status, country of birth, birth country, birth place,
      birthplace, place of birth, city of birth, native language, mother tongue, geschlecht, familienstand, staatsangehörigkeit, nationalität, geburtsort,
      sexe, état civil, lieu naissance, lieu de naissance, nationalité, género, sexo, estado civil, edad, nacionalidad, lugar nacimiento,
      lugar de nacimiento, pronoun, household size`,
  },
  { category: 'demographic', weight: hint, phrases: 'alter, title, religion code, age group, family' },
  {
    category: 'income',
    weight: likely,
    phrases: `salary, wage, annual income, monthly income, household income, net worth, base pay, gross pay, net pay, credit score, pay rate, base salary,
      gehalt, bruttogehalt, lohn, einkommen, salaire, salario, sueldo, payslip, compensation, salary amount`,
  },
  { category: 'income', weight: hint, phrases: 'income, bonus, hourly rate, revenu, ingreso' },
  {
    category: 'ip-address',
    weight: sure,
    phrases:
      'ip address, ip, ip addr, ips, ipv, client ip, remote ip, ip adresse, adresse ip, dirección ip, remote addr, remote address, forwarded for',
  },
  { category: 'ip-address', weight: fair, phrases: 'client address, client addr, peer address, host address, server address, remote host' },
  {
    category: 'device',
    weight: likely,
    phrases: `mac address, mac addr, hardware address, imei, imsi, meid, udid, idfa, idfv, gaid, advertising id, device id, device identifier, device token,
      push token, device fingerprint, browser fingerprint, user agent, useragent, device serial, device serial number, android id, cookie id, imei number`,
  },
  { category: 'device', weight: hint, phrases: 'mac, visitor id, anonymous id, tracking id, fingerprint, license plate, agent' },
  {
    category: 'account',
    weight: likely,
    phrases: `user name, username, login, login name, user login, screen name, twitter handle, instagram handle, linkedin url, linkedin profile, facebook id,
      google id, github username, profile url, profile picture, avatar url, photo url, benutzername, anmeldename, nom utilisateur, nom d utilisateur,
      nombre usuario, nombre de usuario, twitter, linkedin, skype, skype id, github login, user handle, wallet address`,
  },
  { category: 'account', weight: hint, phrases: 'handle, user, usuario, avatar, photo, nickname id' },
  {
    category: 'business',
    weight: fair,
    phrases: `name, company, company name, organization, organisation, organization name, organisation name, business name, firm, employer, employer name,
      brand name, product name, vendor name, supplier name, vendor, supplier, firma, firmenname, unternehmen, société, entreprise, empresa,
      nombre empresa, nombre de empresa, raison sociale, razón social, nom, nombre, account name, tenant name, company legal name, team name`,
  },
];

/** Words that say which, not what, at the end of a name: `phone_home`, `email_new`, `ssn_encrypted`. */
export const trailingWords: readonly string[] =
  `text, value, raw, plain, normalized, normalised, lower, lowercase, canonical, str, field, col,
  encrypted, enc, cipher, ciphertext, cleartext, original, orig, old, new, prev, previous, current, primary, secondary, alternate, alternative,
  alt, other, home, work, business, private, personal, input, local, de, en, fr, es`
    .split(',')
    .map((word) => word.trim());

/** A number whose name begins with one of these counts things. */
export const countingWords: readonly string[] = ['num', 'max', 'min', 'total', 'count', 'avg', 'sum', 'nb', 'limit', 'allowed'];
