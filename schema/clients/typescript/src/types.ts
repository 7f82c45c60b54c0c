// Written by `python -m scripts.clients` from the schema and its trusted documents.

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What can be asked of a platform about one account. */
export type ActionKind =
  /** Stop calls and messages meant for the account's owner. */
  | 'CEASE_CONTACT'
  /** Keep whoever now holds the number out of the account. */
  | 'LOCK_ACCOUNT'
  /** Tell the account's owner, by another way than this number. */
  | 'NOTIFY_HOLDER'
  /** Detach the number. The account lives on. */
  | 'UNBIND';

/** What an action in progress waits for. */
export type ActionProgress =
  /** The platform works on it. */
  | 'AWAITING_PLATFORM'
  /** The platform said done; a later lookup has to confirm. */
  | 'AWAITING_VERIFICATION'
  /** Nothing happens by itself: somebody has to look at it. */
  | 'MANUAL_TASK'
  /** A person has to do something; see `needs`. */
  | 'NEED_USER_VERIFICATION'
  /** It is tried again at `retryAt`. */
  | 'SCHEDULED_RETRY';

/** Whose question it is. It follows from proof, never from what the caller says. */
export type Basis =
  /** Holds a number that somebody else had before. */
  | 'CURRENT'
  /** Holds the number and is about to give it up. */
  | 'DEPARTING'
  /** Gave the number up and has no SIM. */
  | 'FORMER'
  /** The carrier, before it sells the number again. */
  | 'QUARANTINED';

/** What a connector can do. */
export type Capability =
  /** Tell us by itself when an order is done. */
  | 'CALLBACK'
  /** List the platforms it speaks for. */
  | 'CATALOGUE'
  /** End contact meant for an account's owner. */
  | 'CEASE_CONTACT'
  /** Show the steps a person can take by hand. */
  | 'GUIDANCE'
  /** Keep the number's present holder out of an account. */
  | 'LOCK_ACCOUNT'
  /** Say which accounts carry a number. */
  | 'LOOKUP'
  /** The same for many numbers at once. */
  | 'LOOKUP_BATCH'
  /** Tell an account's owner. */
  | 'NOTIFY_HOLDER'
  /** Say how far an order is. */
  | 'STATUS'
  /** Detach a number from an account. */
  | 'UNBIND'
  /** The same for many accounts at once. */
  | 'UNBIND_BATCH'
  /** Take an order back. */
  | 'WITHDRAW';

/** The part of daily life a platform belongs to. */
export type Category =
  /** Net disks and photo stores. */
  | 'CLOUD_STORAGE'
  /** Forums and question-and-answer sites. */
  | 'COMMUNITY'
  /** Dating. Sensitive. */
  | 'DATING'
  /** Tools and hosts for programmers. */
  | 'DEVELOPER'
  /** Courses and schools. */
  | 'EDUCATION'
  /** Mail. */
  | 'EMAIL'
  /** Banks, payments, investments. Sensitive. */
  | 'FINANCE'
  /** Games. */
  | 'GAMES'
  /** Public services. */
  | 'GOVERNMENT'
  /** Doctors, pharmacies, health records. Sensitive. */
  | 'HEALTH'
  /** Renting and buying homes. */
  | 'HOUSING'
  /** Loans and credit. Sensitive. */
  | 'LENDING'
  /** News, video and music. */
  | 'MEDIA'
  /** Loyalty and member cards. */
  | 'MEMBERSHIP'
  /** Jobs. */
  | 'RECRUITING'
  /** Shops and deliveries. */
  | 'SHOPPING'
  /** Social networks and messengers. */
  | 'SOCIAL'
  /** Everyday tools. */
  | 'TOOLS'
  /** Rides and tickets in town. */
  | 'TRANSPORT'
  /** Trips and hotels. */
  | 'TRAVEL'
  /** Power, water, gas, phone bills. */
  | 'UTILITIES';

/** How far a person is with what is done by hand. */
export type ChecklistState =
  /** A person says that all is done. Nobody verified it. */
  | 'ATTESTED'
  /** Some steps are ticked off. */
  | 'BEGUN'
  /** Nothing is ticked off. */
  | 'TO_DO';

/** Say that all there was to do by hand at a platform is done. */
export type ConfirmManualStepInput = {
  /** The inquiry's id. */
  inquiryId: string;
};

/** Prove possession of a number by the code that was sent to it. */
export type ConfirmPossessionInput = {
  /** The six digits in the message. */
  code: string;
  /** The id of the sent code. */
  id: string;
};

/** What the conformance kit found out about a connector. It is computed, never claimed. */
export type ConnectorLevel =
  /** Its answers can be relied on; it may be enabled. */
  | 'BRONZE'
  /** It holds under bad weather, and has been tried for real. */
  | 'GOLD'
  /** People can find it, and its steps by hand. */
  | 'LISTED'
  /** Orders can be trusted to it. */
  | 'SILVER';

/** How a connector stands in this installation. */
export type ConnectorState =
  /** The operator switched it off. */
  | 'DISABLED'
  /** It is asked. */
  | 'ENABLED'
  /** It was given wrong settings. */
  | 'MISCONFIGURED'
  /** It needs settings that nobody gave. */
  | 'NOT_CONFIGURED';

/** Holds the number now. */
export type CurrentTenureInput = {
  /** The day the number was activated for its holder. Without it nothing is labelled and nothing can be done. */
  activatedOn?: string | null | undefined;
};

/** How the final answer arrives. */
export type Delivery =
  /** Later; the platform calls. */
  | 'CALLBACK'
  /** Later; a person does it. */
  | 'MANUAL'
  /** Later; the gateway asks for it. */
  | 'POLL'
  /** At once. */
  | 'SYNC';

/** Why something is not done, in terms a person can act on. */
export type DenyReason =
  /** The account is banned. */
  | 'ACCOUNT_BANNED'
  /** Bound after activation: the present holder's own. */
  | 'BINDING_AFTER_ACTIVATION'
  /** Nobody knows when it was bound. */
  | 'BINDING_DATE_UNKNOWN'
  /** This basis may not ask for it. */
  | 'CLAIM_NOT_COVERED'
  /** The same was asked before. */
  | 'DUPLICATE'
  /** There is money in it, or owed. */
  | 'FUNDS_OR_DEBT_OUTSTANDING'
  /** The proof was not enough for the platform. */
  | 'INSUF_VERIFICATION'
  /** The law keeps it as it is. */
  | 'LEGAL_HOLD'
  /** No such account, or not inside the asker's tenure. */
  | 'NO_MATCH'
  /** The platform gave a reason that nobody has mapped. */
  | 'OTHER'
  /** The platform does not serve this place. */
  | 'OUTSIDE_JURISDICTION'
  /** The platform has no interface for it. */
  | 'PLATFORM_NOT_COVERED'
  /** The previous holder objected. */
  | 'PREVIOUS_HOLDER_OBJECTED'
  /** The last holder can still take the number back. */
  | 'QUARANTINE_NOT_OVER'
  /** Bound too near to the activation date to tell. */
  | 'RECYCLING_NOT_CONFIRMED'
  /** The number is the account's only way in. */
  | 'SOLE_LOGIN_IDENTIFIER'
  /** The platform suspects fraud. */
  | 'SUSPECTED_FRAUD'
  /** Asked too often. */
  | 'TOO_MANY_REQUESTS';

/** Holds the number and is about to give it up. */
export type DepartingTenureInput = {
  /** The day the number was activated for its holder. */
  activatedOn: string;
};

/** What really happened at the platform. */
export type Effect =
  /** The account was switched off. */
  | 'ACCOUNT_DISABLED'
  /** The account was deleted. */
  | 'ACCOUNT_PURGED'
  /** Calls and messages end. */
  | 'CONTACT_STOPPED'
  /** The account's owner was told. */
  | 'HOLDER_NOTIFIED'
  /** The number is no longer shown anywhere. */
  | 'LABEL_CLEARED'
  /** The number no longer opens the account. */
  | 'LOGIN_DISABLED'
  /** Nothing had to be done. */
  | 'NO_CHANGE'
  /** The number no longer belongs to the account. */
  | 'NUMBER_DETACHED'
  /** One can sign up with the number again. */
  | 'REGISTRATION_UNBLOCKED'
  /** Open sessions were closed. */
  | 'SESSIONS_REVOKED';

/** What kind of refusal it is, in the words of CAMARA's common errors. */
export type ErrorCode =
  /** It contradicts what was asked before. */
  | 'CONFLICT'
  /** No such thing, or not this caller's. */
  | 'IDENTIFIER_NOT_FOUND'
  /** What was sent cannot be right. */
  | 'INVALID_ARGUMENT'
  /** No number was given and none follows. */
  | 'MISSING_IDENTIFIER'
  /** Right in kind, wrong in size. */
  | 'OUT_OF_RANGE'
  /** Somebody else may, this caller may not. */
  | 'PERMISSION_DENIED'
  /** The service does not cover it. */
  | 'SERVICE_NOT_APPLICABLE'
  /** Later. */
  | 'TOO_MANY_REQUESTS'
  /** Nobody is asking. */
  | 'UNAUTHENTICATED'
  /** Our own parts are down. */
  | 'UNAVAILABLE';

/** What exactly is wrong. */
export type ErrorReason =
  /** This id is too old: look the number up again. */
  | 'ACCOUNT_ID_EXPIRED'
  /** This id is forged, or for another number, tenant or basis. */
  | 'ACCOUNT_ID_INVALID'
  /** This cannot be done about this account. */
  | 'ACCOUNT_NOT_ELIGIBLE'
  /** The platform does not offer it. */
  | 'ACTION_NOT_OFFERED'
  /** No such action or inquiry, or not this caller's. */
  | 'ACTION_UNKNOWN'
  /** There is no such code: it expired, was used, or was replaced. */
  | 'CODE_EXPIRED'
  /** This is no one-time code. */
  | 'CODE_MALFORMED'
  /** This is not the code that was sent. */
  | 'CODE_WRONG'
  /** This is no cursor of this list. */
  | 'CURSOR_INVALID'
  /** The day is still to come. */
  | 'DATE_IN_FUTURE'
  /** The deadline is too short or too long. */
  | 'DEADLINE_OUT_OF_RANGE'
  /** This is no idempotency key. */
  | 'IDEMPOTENCY_KEY_MALFORMED'
  /** The key was used for another request. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The journal cannot be reached. */
  | 'JOURNAL_DOWN'
  /** It is under way or finished. */
  | 'NOT_RETRYABLE'
  /** This is no phone number. */
  | 'NUMBER_MALFORMED'
  /** Which number? */
  | 'NUMBER_MISSING'
  /** This is a landline. */
  | 'NUMBER_NOT_MOBILE'
  /** The token is for another number. */
  | 'NUMBER_NOT_YOURS'
  /** No connector covers numbers of this country. */
  | 'NUMBER_REGION_NOT_COVERED'
  /** The page is too small or too large. */
  | 'PAGE_OUT_OF_RANGE'
  /** Sensitive platforms are only asked together. */
  | 'PLATFORM_SENSITIVE'
  /** There is no such platform here. */
  | 'PLATFORM_UNKNOWN'
  /** The day of the reminder is over. */
  | 'REMINDER_PAST'
  /** No such renewal, or not this caller's. */
  | 'RENEWAL_UNKNOWN'
  /** The token does not allow it. */
  | 'SCOPE_MISSING'
  /** Nothing is chosen. */
  | 'SELECTION_EMPTY'
  /** Too much is chosen at once. */
  | 'SELECTION_TOO_LARGE'
  /** Codes cannot be sent here, or not now. */
  | 'SENDER_UNAVAILABLE'
  /** Nothing there waits to be done by hand, or not this step. */
  | 'STEP_UNKNOWN'
  /** The dates of the tenure are missing or wrong. */
  | 'TENURE_MISSING'
  /** The tenure follows from the token, it cannot be sent. */
  | 'TENURE_NOT_YOURS'
  /** The tenure ends before it begins. */
  | 'TENURE_REVERSED'
  /** There is no token. */
  | 'TOKEN_MISSING'
  /** The token is not accepted. */
  | 'TOKEN_REFUSED'
  /** Too many wrong codes; `retryAt` says when to go on. */
  | 'TOO_MANY_ATTEMPTS'
  /** No further code for now; `retryAt` says when. */
  | 'TOO_MANY_CODES'
  /** Too many lookups for now. */
  | 'TOO_MANY_LOOKUPS';

/** What an event is about. */
export type EventKind =
  /** One of its actions. */
  | 'ACTION'
  /** One of its inquiries. */
  | 'INQUIRY'
  /** The renewal itself. */
  | 'RENEWAL';

/** Held the number once. */
export type FormerTenureInput = {
  /** The first day. */
  heldFrom: string;
  /** The first day after the last one. */
  heldUntil: string;
};

/** How hard a guide's steps are. */
export type GuideDifficulty =
  /** Self-service, also without the old number. */
  | 'EASY'
  /** Only by a person at the platform. */
  | 'HARD'
  /** The platform says no. */
  | 'IMPOSSIBLE'
  /** A way is known for some only. */
  | 'LIMITED'
  /** Self-service with the old number; without it another proof. */
  | 'MEDIUM';

/** Whose word a source is; trusted in this order. */
export type GuideSourceKind =
  /** Users of the platform. */
  | 'COMMUNITY'
  /** The platform's own page, or an answer of its staff. */
  | 'PLATFORM'
  /** An outside article. */
  | 'PRESS';

/** Whether an official one-click service covers a platform. */
export type OfficialCover =
  /** It does not. */
  | 'NO'
  /** Not published, or not looked up. */
  | 'UNKNOWN'
  /** It does. */
  | 'YES';

/** What is known about one platform. Nothing defaults to NOT_BOUND. */
export type Outcome =
  /** There are accounts with this number. */
  | 'BOUND'
  /** There is no interface; `guide` says what to do by hand. */
  | 'GUIDANCE'
  /** A person must do something first. */
  | 'NEEDS_ACTION'
  /** There is none, and the platform said so. */
  | 'NOT_BOUND'
  /** The platform answers later. */
  | 'PENDING'
  /** We could not find out; `reason` says why. */
  | 'UNKNOWN';

/** Who speaks for a platform when several connectors could: the first in this order. */
export type Precedence =
  /** A connector that speaks for many platforms. */
  | 'AGGREGATOR'
  /** No interface, only the steps a person can take. */
  | 'GUIDE'
  /** The platform's own connector. */
  | 'OWN';

/** The carrier holds the number before it is sold again. */
export type QuarantinedTenureInput = {
  /** The day it was given up. */
  deactivatedOn: string;
  /** The first day on which the last holder can no longer take it back. */
  reclaimableUntil: string;
  /** The first day it may be sold again. */
  reissueFrom: string;
};

/** What a renewal began with. */
export type RenewalOperation =
  /** Contact about chosen accounts is to end. */
  | 'ORDER_CEASE_CONTACT'
  /** Chosen accounts are to be locked. */
  | 'ORDER_LOCK_ACCOUNT'
  /** The owners of chosen accounts are to be told. */
  | 'ORDER_NOTIFY_HOLDER'
  /** Chosen accounts are to be unbound. */
  | 'ORDER_UNBIND'
  /** startRenewal: look up, then unbind all that is eligible. */
  | 'START_RENEWAL';

/** Ask something about chosen accounts: all of them or none. */
export type RequestActionsInput = {
  /** 1 to 100 ids from `registeredAccounts`. */
  accountIds: Array<string>;
  /** 1 to 200 printable characters, new for each request, the same when it is sent again. Remembered for 30 days. */
  idempotencyKey: string;
  /** What is asked; see an account's `offers`. */
  kind: ActionKind;
  /** A mobile number; leave it out with a holder's token. `13800001234`, also with +86 and spaces; other countries as E.164. */
  number?: string | null | undefined;
  /** The tenure a carrier vouches for (scope tenure:assert). Not with a holder's token. */
  tenure?: TenureInput | null | undefined;
};

/** Send a one-time code to a number. */
export type RequestPossessionCodeInput = {
  /** The day the number was activated for its holder, where a carrier vouches for it (scope tenure:assert). Without it nothing is labelled and nothing can be done. */
  activatedOn?: string | null | undefined;
  /** A mobile number, `13800001234`, also with +86 and spaces; other countries as E.164. */
  number: string;
};

/** Take up what was given up for now, or left to a person. */
export type RetryActionInput = {
  /** The id of an action or an inquiry. */
  id: string;
};

/** Choose when to look again at what is done by hand. */
export type SetReminderInput = {
  /** The inquiry's id. */
  inquiryId: string;
  /** Today or later, in Asia/Shanghai. Left out: the day that is offered. */
  remindOn?: string | null | undefined;
};

/** Look a number up everywhere, then unbind all that is eligible. */
export type StartRenewalInput = {
  /** 1 to 200 printable characters, new for each request, the same when it is sent again. Remembered for 30 days. */
  idempotencyKey: string;
  /** A mobile number; leave it out with a holder's token. `13800001234`, also with +86 and spaces; other countries as E.164. */
  number?: string | null | undefined;
  /** Ids of platforms; leave it out for all of them. */
  platforms?: Array<string> | null | undefined;
  /** The tenure a carrier vouches for (scope tenure:assert). Not with a holder's token. */
  tenure?: TenureInput | null | undefined;
};

/** How far it is, in the words of the Data Rights Protocol. Nothing defaults to FULFILLED. */
export type Status =
  /** The platform refused; `reason` says why. */
  | 'DENIED'
  /** Nobody answered in time. */
  | 'EXPIRED'
  /** Given up for now. It can be taken up again. */
  | 'FAILED'
  /** Done. */
  | 'FULFILLED'
  /** Under way; `progress` says what it waits for. */
  | 'IN_PROGRESS'
  /** Accepted, not begun. */
  | 'OPEN'
  /** Some of a renewal is done, and the rest will not be. */
  | 'PARTIALLY_FULFILLED'
  /** Withdrawn before it was done. */
  | 'REVOKED';

/** What a person has to do before the platform goes on. */
export type StepKind =
  /** Agree to something. */
  | 'CONSENT'
  /** Show an identity document. */
  | 'ID_CHECK'
  /** Enter a code that the platform sent. */
  | 'OTP'
  /** Finish on the platform's own page. */
  | 'WEB';

/** Exactly one: the tenure that a carrier vouches for. Days in Shanghai. */
export type TenureInput =
  {   /** Holds the number now. */
  current: CurrentTenureInput; departing?: never; former?: never; quarantined?: never; }
  |  { current?: never;   /** Is about to give it up. */
  departing: DepartingTenureInput; former?: never; quarantined?: never; }
  |  { current?: never; departing?: never;   /** Held it once. */
  former: FormerTenureInput; quarantined?: never; }
  |  { current?: never; departing?: never; former?: never;   /** It lies with the carrier. */
  quarantined: QuarantinedTenureInput; };

/** Where a binding lies against the asker's own activation date. */
export type TenureRelation =
  /** Made after it, inside the own tenure: the asker's. */
  | 'AFTER_ACTIVATION'
  /** Made before it: somebody else's. */
  | 'BEFORE_ACTIVATION'
  /** On the same day, or too near to it to tell. */
  | 'BOUNDARY'
  /** The platform does not say when, or there is no date to compare. */
  | 'UNDATED';

/** Tick one step of a checklist off, or take that back. */
export type TickGuideStepInput = {
  /** False takes it back. */
  done?: boolean;
  /** The inquiry's id. */
  inquiryId: string;
  /** The step's id in its checklist. */
  stepId: string;
};

/** Unbind chosen accounts: all of them or none. */
export type UnbindAccountsInput = {
  /** 1 to 100 ids from `registeredAccounts`. */
  accountIds: Array<string>;
  /** 1 to 200 printable characters, new for each request, the same when it is sent again. Remembered for 30 days. */
  idempotencyKey: string;
  /** A mobile number; leave it out with a holder's token. `13800001234`, also with +86 and spaces; other countries as E.164. */
  number?: string | null | undefined;
  /** The tenure a carrier vouches for (scope tenure:assert). Not with a holder's token. */
  tenure?: TenureInput | null | undefined;
};

/** Why it could not be found out. */
export type UnknownReason =
  /** The platform refused our credential. */
  | 'AUTH_FAILED'
  /** A challenge page answered instead. */
  | 'BLOCKED'
  /** The connector is not set up. */
  | 'DISABLED'
  /** This question cannot be put to this platform. */
  | 'OUT_OF_RANGE'
  /** Asked too often for now. */
  | 'RATE_LIMITED'
  /** No answer in time. */
  | 'TIMEOUT'
  /** The platform, or its connector, is broken. */
  | 'UPSTREAM_ERROR';

/** What a later lookup said about an action that the platform called done. */
export type Verification =
  /** The platform's word is all there is. */
  | 'ATTESTED'
  /** Nobody can look, or no complete answer came. */
  | 'CANNOT_TELL'
  /** Nobody has looked yet. */
  | 'PENDING'
  /** The platform said done, and the account is still there. */
  | 'STILL_BOUND'
  /** A complete answer no longer shows the account. */
  | 'VERIFIED';

/** Take back what has not been done. */
export type WithdrawRenewalInput = {
  /** The renewal's id. */
  id: string;
};

export type CatalogueQueryVariables = Exact<{ [key: string]: never; }>;


export type CatalogueQuery = { coverage: { platforms: Array<{ connector: string, level: ConnectorLevel | null, precedence: Precedence, absentSince: string | null, capabilities: Array<Capability>, unbinding: Delivery | null, platform: { id: string, name: string, category: Category, sensitive: boolean, site: string | null }, guide: { steps: Array<string>, url: string | null, proof: string | null, difficulty: GuideDifficulty | null, officialHelp: string | null, coveredByOfficialService: OfficialCover, liveChecked: string | null, checkedDaysAgo: number | null, stale: boolean, sources: Array<{ url: string, by: GuideSourceKind | null, about: Array<string>, dated: string | null, readOn: string | null }> } | null }> } };

export type ConfirmManualStepMutationVariables = Exact<{
  input: ConfirmManualStepInput;
}>;


export type ConfirmManualStepMutation = { confirmManualStep:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalChanged', renewal: RenewalPartsFragment }
   | null };

export type ConfirmPossessionMutationVariables = Exact<{
  input: ConfirmPossessionInput;
}>;


export type ConfirmPossessionMutation = { confirmPossession:
    | { __typename: 'PossessionProven', token: string, expiresAt: string, number: string, basis: Basis }
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
   | null };

export type CoverageQueryVariables = Exact<{ [key: string]: never; }>;


export type CoverageQuery = { coverage: { platforms: Array<{ connector: string, precedence: Precedence, capabilities: Array<Capability>, unbinding: Delivery | null, answered: number | null, unknown: number | null, platform: { id: string, name: string, category: Category, sensitive: boolean, site: string | null } }> } };

export type CoverageBoardQueryVariables = Exact<{ [key: string]: never; }>;


export type CoverageBoardQuery = { coverage: { platforms: Array<{ connector: string, level: ConnectorLevel | null, precedence: Precedence, absentSince: string | null, capabilities: Array<Capability>, unbinding: Delivery | null, answered: number | null, unknown: number | null, p50Ms: number | null, p95Ms: number | null, platform: { id: string, name: string, category: Category, sensitive: boolean } }>, connectors: Array<{ id: string, version: string, level: ConnectorLevel | null, state: ConnectorState, precedence: Precedence, source: string, listedAt: string | null, capabilities: Array<Capability> }> | null, demand: Array<{ asked: number, platform: { id: string, name: string, category: Category } }> | null, problems: Array<{ source: string, message: string }> | null } };

export type LookupPartsFragment = { number: string, basis: Basis, summary: SummaryPartsFragment, platforms: Array<ResultPartsFragment>, sensitive: Array<SensitivePartsFragment> };

export type SummaryPartsFragment = { asked: number, bound: number, notBound: number, unknown: number, pending: number, needsAction: number, guidance: number };

export type SensitivePartsFragment = { category: Category, asked: number, bound: number, unknown: number, accounts: Array<AccountPartsFragment> };

export type ResultPartsFragment = { outcome: Outcome, reason: UnknownReason | null, retryAt: string | null, expectedBy: string | null, platform: { id: string, name: string, category: Category }, accounts: Array<AccountPartsFragment>, needs: { kind: StepKind, url: string | null, expires: string | null } | null, guide: { steps: Array<string>, url: string | null, proof: string | null } | null };

export type AccountPartsFragment = { id: string, relation: TenureRelation, label: string | null, boundOn: string | null, eligible: boolean, reason: DenyReason | null, offers: Array<ActionKind> };

export type RenewalPartsFragment = { id: string, number: string, basis: Basis, status: Status, settled: boolean, operation: RenewalOperation, cursor: string, createdAt: string, withdrawnAt: string | null, inquiries: Array<InquiryPartsFragment>, actions: Array<ActionPartsFragment> };

export type InquiryPartsFragment = { id: string, category: Category, status: Status, outcome: Outcome | null, reason: UnknownReason | null, retryAt: string | null, confirmedAt: string | null, platform: { id: string, name: string } | null, accounts: Array<{ id: string, relation: TenureRelation, eligible: boolean, reason: DenyReason | null }>, needs: { kind: StepKind, url: string | null, expires: string | null } | null, guide: { url: string | null, proof: string | null, difficulty: GuideDifficulty | null, officialHelp: string | null, stale: boolean, steps: Array<string> } | null, checklist: { state: ChecklistState, remindOn: string | null, steps: Array<{ id: string, text: string, doneAt: string | null }> } | null };

export type ActionPartsFragment = { id: string, inquiryId: string, category: Category, kind: ActionKind, status: Status, progress: ActionProgress | null, reason: DenyReason | null, relation: TenureRelation, label: string | null, effects: Array<Effect>, verification: Verification | null, expectedBy: string | null, retryAt: string | null, retryable: boolean, doneAt: string | null, finishedAt: string | null, platform: { id: string, name: string } | null, needs: { kind: StepKind, url: string | null, expires: string | null } | null };

export type RefusedPartsFragment = { code: ErrorCode, reason: ErrorReason, message: string, field: string | null, hint: string | null, retryAt: string | null, attemptsLeft: number | null };

export type LookupQueryVariables = Exact<{
  number?: string | null | undefined;
  tenure?: TenureInput | null | undefined;
  platforms?: Array<string> | string | null | undefined;
  deadlineMs?: number | null | undefined;
}>;


export type LookupQuery = { registeredAccounts: LookupPartsFragment };

export type LookupProgressSubscriptionVariables = Exact<{
  number?: string | null | undefined;
  tenure?: TenureInput | null | undefined;
  platforms?: Array<string> | string | null | undefined;
  deadlineMs?: number | null | undefined;
}>;


export type LookupProgressSubscription = { registeredAccountsProgress: { asked: number, answered: number, platform: ResultPartsFragment | null, result: LookupPartsFragment | null } };

export type LookupStreamQueryVariables = Exact<{
  number?: string | null | undefined;
  tenure?: TenureInput | null | undefined;
  platforms?: Array<string> | string | null | undefined;
  deadlineMs?: number | null | undefined;
}>;


export type LookupStreamQuery = { registeredAccounts: { number: string, basis: Basis, platforms: Array<ResultPartsFragment> } & ({ summary: SummaryPartsFragment } | { summary?: never }) & ({ sensitive: Array<SensitivePartsFragment> } | { sensitive?: never }) };

export type PlatformNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type PlatformNamesQuery = { coverage: { platforms: Array<{ platform: { id: string, name: string } }> } };

export type RenewalQueryVariables = Exact<{
  id: string;
}>;


export type RenewalQuery = { renewal: RenewalPartsFragment | null };

export type RenewalProgressSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type RenewalProgressSubscription = { renewalProgress: { cursor: string, at: string, kind: EventKind, status: Status, inquiry: InquiryPartsFragment | null, action: ActionPartsFragment | null, renewal: { id: string, status: Status, settled: boolean } } };

export type RenewalsQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
}>;


export type RenewalsQuery = { renewals: { edges: Array<{ node: { id: string, number: string, basis: Basis, status: Status, settled: boolean, operation: RenewalOperation, createdAt: string, withdrawnAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RequestActionsMutationVariables = Exact<{
  input: RequestActionsInput;
}>;


export type RequestActionsMutation = { requestActions:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalAccepted', replayed: boolean, renewal: RenewalPartsFragment }
   | null };

export type RequestPossessionCodeMutationVariables = Exact<{
  input: RequestPossessionCodeInput;
}>;


export type RequestPossessionCodeMutation = { requestPossessionCode:
    | { __typename: 'PossessionCodeSent', id: string, number: string, expiresAt: string, resendAt: string }
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
   | null };

export type RetryActionMutationVariables = Exact<{
  input: RetryActionInput;
}>;


export type RetryActionMutation = { retryAction:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalChanged', renewal: RenewalPartsFragment }
   | null };

export type SetReminderMutationVariables = Exact<{
  input: SetReminderInput;
}>;


export type SetReminderMutation = { setReminder:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalChanged', renewal: RenewalPartsFragment }
   | null };

export type StartRenewalMutationVariables = Exact<{
  input: StartRenewalInput;
}>;


export type StartRenewalMutation = { startRenewal:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalAccepted', replayed: boolean, renewal: RenewalPartsFragment }
   | null };

export type TickGuideStepMutationVariables = Exact<{
  input: TickGuideStepInput;
}>;


export type TickGuideStepMutation = { tickGuideStep:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalChanged', renewal: RenewalPartsFragment }
   | null };

export type UnbindAccountsMutationVariables = Exact<{
  input: UnbindAccountsInput;
}>;


export type UnbindAccountsMutation = { unbindAccounts:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalAccepted', replayed: boolean, renewal: RenewalPartsFragment }
   | null };

export type WithdrawRenewalMutationVariables = Exact<{
  input: WithdrawRenewalInput;
}>;


export type WithdrawRenewalMutation = { withdrawRenewal:
    | (
      { __typename: 'Refused' }
      & RefusedPartsFragment
    )
    | { __typename: 'RenewalChanged', renewal: RenewalPartsFragment }
   | null };
