import type { Category } from '../../model/categories.ts';
import type { ValueClass } from '../../model/types.ts';

export interface LabelledName {
  readonly table: string;
  readonly column: string;
  readonly holds: ValueClass;
  readonly label: Category | 'none';
}

/** `table.column` or `table.column:type`, text where none is given. Written without a look at the rules: as people name things. */
const names: Readonly<Record<Category | 'none', string>> = {
  credential: `users.password users.passwd users.pwd users.password_hash users.hashed_password users.encrypted_password accounts.pass_phrase
    oauth_clients.client_secret integrations.api_key integrations.apiKey integrations.API_KEY integrations.secretKey integrations.secret
    stripe_settings.stripe_secret_key aws_accounts.aws_secret_access_key aws_accounts.access_key sessions.session_token sessions.token
    devices.refresh_token oauth.access_token invitations.invite_token users.reset_token users.password_reset_token users.email_verification_token
    users.otp_secret users.totpSecret webhooks.signing_secret webhooks.webhook_secret servers.ssh_private_key servers.privateKey vault.encryption_key
    certificates.private_key_pem bots.bot_token users.passwort users.kennwort usuarios.contraseña usuarios.contrasena utilisateurs.mot_de_passe utilisateurs.mdp
    connections.connection_string connections.database_url users.salt api_keys.key secrets.value tokens.value settings.smtp_password settings.ldap_bind_password
    users.recovery_codes users.security_answer payments.webhook_signing_key users.AccessToken users.userPassword users.api_token licenses.license_key users.csrf_token
    users.password_digest:bytes sessions.token_hash:bytes personal_access_tokens.token users.mfa_secret credentials.credential google_accounts.google_refresh_token
    users.auth_key users.passphrase routers.admin_password mailboxes.imap_password mailboxes.smtpPassword oauth.id_token users.bearer_token users.otp:number`,
  'payment-card': `payments.card_number payments.credit_card payments.creditCardNumber payments.cc_number orders.debit_card_number cards.number cards.cvv
    cards.cvc:number payments.CardNumber payments.card_no payments.cardnumber payments.kreditkartennummer pagos.numero_tarjeta paiements.numero_de_carte
    payments.card_pan payments.card_cvv payments.credit_card_no wallets.payment_card payments.card_security_code payments.cc_num`,
  'bank-account': `payouts.iban accounts.bank_account_number payouts.bank_account employees.bank_account_no vendors.account_number konten.kontonummer
    kunden.bankverbindung cuentas.numero_de_cuenta comptes.numero_compte payouts.IBAN payouts.creditor_iban payouts.debtor_iban employees.routing_number
    mandates.debtorIban transfers.beneficiary_iban transfers.acct_number clients.clabe refunds.iban_encrypted:bytes`,
  'national-id': `employees.ssn employees.social_security_number patients.national_id employees.tax_id citizens.aadhaar_number clientes.dni clientes.nie clientes.cpf
    employees.nationalInsuranceNumber mitarbeiter.sozialversicherungsnummer mitarbeiter.steuer_id mitarbeiter.steuernummer patients.nhs_number salaries.pesel
    users.id_card_number users.identity_number persons.codice_fiscale borrowers.tin borrowers.ssn_encrypted:bytes kunden.personalausweisnummer
    employees.taxpayer_id employees.SSN employees.social_security_no persons.bsn persons.personnummer persons.curp kyc.id_number kyc.government_id`,
  passport: `travellers.passport travellers.passport_number travellers.passportNo kyc.passport_num reisende.reisepassnummer viajeros.pasaporte drivers.driver_license
    drivers.drivers_license_number drivers.driving_licence_number fahrer.fuehrerschein fahrer.führerscheinnummer voyageurs.numero_passeport conducteurs.permis_de_conduire kyc.visa_number`,
  special: `patients.diagnosis patients.medical_history patients.blood_type patients.allergies employees.religion employees.ethnicity members.political_party
    users.sexual_orientation patients.medications patients.disability patients.hiv_status patients.prescriptions patients.medical_record_number patients.mrn
    personal.konfession patients.icd_code users.face_encoding:bytes users.biometric_template:bytes pacientes.diagnostico patients.vaccination_status applicants.criminal_record
    employees.trade_union_membership employees.ethnic_origin patienten.krankheit patients.symptoms`,
  phone: `users.phone users.phone_number users.phoneNumber users.mobile users.mobile_number users.cell_phone contacts.work_phone contacts.phone_home contacts.home_phone
    contacts.fax contacts.fax_number kunden.telefon kunden.telefonnummer kunden.handynummer kunden.rufnummer clients.telephone clientes.telefono clientes.movil
    clients.numero_de_telephone users.PhoneNumber users.whatsapp_number calls.caller_number sms.msisdn users.primary_phone users.phone2 users.tel users.emergency_contact_phone
    contacts.phones phones.number users.mobilePhone users.contact_number users.phone_no users.telephone_number users.phone_encrypted:bytes users.phone:number
    leads.direct_phone`,
  address: `users.address users.street customers.street_address customers.address_line_1 customers.addressLine2 customers.billing_address orders.shipping_address
    customers.home_address customers.zip customers.zip_code customers.postal_code customers.postcode kunden.strasse kunden.straße kunden.plz kunden.postleitzahl kunden.anschrift
    clientes.direccion clientes.codigo_postal clientes.calle clients.adresse clients.code_postal addresses.line1 addresses.street addresses.city orders.delivery_address
    employees.mailing_address customers.house_number kunden.hausnummer kunden.wohnort users.residential_address customers.billingAddress customers.ShippingAddress
    patients.address1 users.postalCode customers.address:json`,
  location: `users.latitude:number users.longitude:number checkins.lat:number checkins.lng:number devices.last_location:shape riders.gps_coordinates trips.current_location users.geolocation
    checkins.user_location couriers.gps couriers.home_latitude:number couriers.lon:number`,
  'birth-date': `users.birth_date:date users.date_of_birth:date users.dob:date users.birthday:date users.birthdate:date employees.dateOfBirth:date kunden.geburtsdatum:date
    kunden.geburtstag:date clientes.fecha_de_nacimiento:date clients.date_naissance:date users.year_of_birth:number users.birthYear:number patients.DOB:date patients.dob
    children.birth_date patients.born:date personas.fecha_nacimiento:date users.birthday:time`,
  email: `users.email users.email_address users.emailAddress users.EmailAddress users.e_mail users.e_mail_address contacts.primary_email contacts.work_email contacts.email2
    contacts.emails orders.customer_email orders.billing_email usuarios.correo usuarios.correo_electronico clients.courriel kunden.mail_adresse kunden.e_mail_adresse users.backup_email
    invitations.invitee_email messages.from_email messages.to_email messages.reply_to users.email_lower users.email_normalized users.emailaddress users.recovery_email
    subscribers.mail emails.address users.email_encrypted:bytes leads.contactEmail users.paypal_email messages.from_address messages.to_addresses messages.cc_addresses`,
  'person-name': `users.first_name users.firstName users.last_name users.lastname users.full_name users.fullName users.surname users.given_name users.family_name users.middle_name
    users.maiden_name users.nick_name kunden.vorname kunden.nachname clients.prenom clients.prénom clients.nom_de_famille clientes.apellido clientes.apellidos clientes.nombre_completo
    contacts.contact_name patients.patient_name employees.employee_name cards.cardholder_name accounts.account_holder orders.recipient_name orders.customer_name
    contacts.name people.name persons.name patients.name messages.from_name users.display_name students.student_name policies.beneficiary_name children.mother_name
    kontakte.ansprechpartner users.preferred_name users.FirstName drivers.driver_name authors.author_name employees.name customers.name leads.name`,
  demographic: `users.gender users.sex users.age:number users.nationality users.marital_status users.citizenship kunden.geschlecht kunden.familienstand clientes.genero clientes.edad:number
    clients.sexe users.place_of_birth users.birth_place users.country_of_birth kunden.staatsangehörigkeit clientes.nacionalidad users.native_language users.gender:enum clients.nationalité
    users.pronouns kunden.geburtsort`,
  income: `employees.salary:number employees.annual_income:number applicants.monthly_income:number employees.base_salary:number mitarbeiter.gehalt:number empleados.salario:number
    applicants.credit_score:number employees.wage:number employees.gross_pay:number employees.net_pay:number applicants.household_income:number employees.salaire:number`,
  'ip-address': `logins.ip logins.ip_address logins.ipAddress sessions.client_ip sessions.remote_ip requests.source_ip users.last_login_ip users.sign_up_ip requests.remote_addr requests.x_forwarded_for
    sessions.IPAddress logins.ip:network logins.addr:network visits.visitor_ip logins.ip_addresses users.current_sign_in_ip:network logs.adresse_ip`,
  device: `devices.mac_address devices.macAddress devices.imei phones.imei installs.device_id installs.deviceId sessions.user_agent sessions.userAgent installs.idfa installs.advertising_id
    devices.push_token devices.mac:hardware devices.device_fingerprint visits.browser_fingerprint visits.cookie_id devices.udid sims.imsi devices.device_token`,
  account: `users.username users.user_name users.login users.userName users.screen_name profiles.twitter_handle profiles.linkedin_url profiles.github_username users.avatar_url users.photo_url
    users.benutzername usuarios.nombre_de_usuario users.profile_picture users.skype users.facebook_id users.login_name`,
  business: `companies.name companies.company_name products.name organizations.name vendors.vendor_name contacts.company leads.company_name users.employer kunden.firma clients.entreprise
    clientes.empresa suppliers.supplier accounts.organization campaigns.name plans.name teams.team_name brands.brand_name clients.raison_sociale leads.companyName tenants.name
    projects.name categories.name`,
  none: `orders.primary_key orders.id:uuid animals.monkey users.email_verified:boolean users.email_verified:time stats.key_count:number users.username_changed:time users.password_changed:time
    users.password_reset_sent:time users.email_sent:time users.is_email_confirmed:boolean users.has_password:boolean users.email_count:number users.phone_verified:boolean users.phone_type
    users.phone_extension contacts.email_type users.email_opt_in:boolean users.email_status messages.email_template_id:uuid settings.password_policy settings.password_min_length:number
    settings.max_password_age:number users.token_count:number usage.prompt_tokens:number usage.max_tokens:number usage.total_tokens:number llm.tokens:number
    cache.cache_key cache.cacheKey files.object_key files.s3_key files.storage_key tables.foreign_key tables.partition_key tables.sort_key jobs.idempotency_key jobs.dedupe_key
    events.routing_key keys.public_key ssh_keys.public_key translations.translation_key settings.setting_key flags.feature_key issues.issue_key projects.project_key
    files.file_name files.filename files.path_name hosts.host_name hosts.hostname domains.domain_name schema.table_name schema.column_name jobs.job_name queues.queue_name events.event_name
    roles.role_name templates.template_name metrics.metric_name classes.class_name tags.tag_name files.checksum files.content_hash commits.commit_hash files.etag
    orders.created:time orders.updated:time orders.status orders.total:number orders.currency orders.quantity:number orders.order_number orders.invoice_number orders.tracking_number
    orders.shipped:time orders.notes_count:number products.sku products.price:number products.description products.weight:number products.color products.size products.barcode
    products.slug products.rating:number posts.title posts.body posts.summary posts.language posts.published:time posts.view_count:number posts.likes:number
    users.created:time users.deleted:time users.role users.locale users.time_zone users.theme users.is_active:boolean users.last_login:time users.login_count:number users.last_seen:time
    users.tenant_id:uuid users.id:uuid users.version:number users.state users.type users.preferences:json users.settings:json users.avatar_id:uuid
    addresses.address_type addresses.id:uuid addresses.is_primary:boolean addresses.validated:time addresses.country addresses.country_code emails.subject emails.body emails.sent:time emails.state
    emails.attempts:number emails.template phones.country_code phones.type phones.verified:boolean cards.card_type cards.card_brand cards.brand cards.last4 cards.exp_month:number cards.exp_year:number
    cards.network payments.amount:number payments.method payments.provider payments.gateway payments.card_count:number payments.currency payments.fee:number
    servers.cpu:number servers.memory:number servers.region servers.image servers.port:number servers.version servers.os servers.disk_gb:number servers.ip_version:number servers.ip_range_start:number
    networks.mac_count:number networks.cidr_length:number events.kind events.payload:json events.occurred:time events.position:number events.sequence:number
    messages.message_id messages.in_reply_to messages.thread_id:uuid messages.size_bytes:number messages.read:boolean messages.direction messages.headers:json messages.content_type messages.age:number
    cache.max_age:number pages.page:number pages.page_token pages.next_page_token images.image images.image_url images.storage images.usage:number images.width:number
    campaigns.subject campaigns.budget:number campaigns.channel campaigns.starts:date campaigns.ends:date campaigns.open_rate:number campaigns.phone_calls:number campaigns.email_opens:number
    campaigns.address_count:number campaigns.num_emails:number surveys.question surveys.answer_count:number surveys.score:number races.race_date:date races.distance:number races.lap:number
    trips.distance:number trips.fare:number trips.started:time trips.route_id:uuid stores.opening_hours:json stores.capacity:number stores.category stores.manager_id:uuid
    tests.pass_rate:number tests.pass:boolean tests.passed:boolean builds.build_number builds.commit_sha builds.branch builds.duration_ms:number builds.artifact_url
    audit.action audit.target_type audit.request_id audit.trace_id audit.created:time audit.changes:json metrics.value:number metrics.labels:json metrics.bucket:time
    invoices.due:date invoices.number invoices.tax_rate:number invoices.vat_number invoices.discount:number invoices.lines:json companies.website companies.industry companies.employee_count:number
    companies.founded:date companies.vat_id companies.country companies.stock_symbol subscriptions.plan subscriptions.renewed:time subscriptions.seats:number
    licenses.license_type licenses.expires:time licenses.seat_count:number secrets.secret_name tokens.token_type tokens.expires:time tokens.scope api_keys.key_name api_keys.last_used:time
    api_keys.key_id:uuid api_keys.created:time sessions.expires:time sessions.started:time passwords.changed:time passwords.strength:number credentials.credential_type keys.key_version:number
    keys.algorithm keys.key_size:number keys.rotated:time departments.head_count:number departments.cost_center patients.admitted:time patients.ward patients.visit_count:number
    employees.hired:date employees.department employees.job_title employees.level employees.manager_id:uuid employees.salary_currency employees.vacation_days:number
    books.isbn books.pages:number books.publisher books.edition movies.release_date:date movies.runtime:number songs.duration:number games.score:number games.players:number
    weather.temperature:number weather.humidity:number sensors.reading:number sensors.unit sensors.firmware_version parts.part_number parts.serial_number parts.material
    tickets.ticket_number tickets.priority tickets.resolved:time tickets.assignee_id:uuid tickets.severity cities.population:number countries.iso_code countries.capital countries.area:number
    monkeys.species monkeys.weight:number keyboards.layout keynotes.topic passengers.seat passes.valid_until:date compass.heading:number emailer.batch_size:number phonetics.symbol
    addressing.mode pinboard.width:number pins.pinned:time shipping.carrier shipping.zip_file telemetry.samples:json`,
};

export const labelledNames: readonly LabelledName[] = Object.entries(names).flatMap(([label, list]) =>
  list
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [place = '', holds = 'text'] = entry.split(':');
      const [table = '', column = ''] = place.split('.');
      return { table, column, holds: holds as ValueClass, label: label as Category | 'none' };
    }),
);
