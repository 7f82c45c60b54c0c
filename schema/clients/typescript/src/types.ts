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
  /** The platform is processing it. */
  | 'AWAITING_PLATFORM'
  /** The platform said done; a later lookup has to confirm. */
  | 'AWAITING_VERIFICATION'
  /** Nothing happens automatically: a person has to look at it. */
  | 'MANUAL_TASK'
  /** The user has to do something; see `needs`. */
  | 'NEED_USER_VERIFICATION'
  /** It will be retried at `retryAt`. */
  | 'SCHEDULED_RETRY';

/** The caller's relation to the number. It follows from proof, never from an argument. */
export type Basis =
  /** Holds a number that somebody else held before. */
  | 'CURRENT'
  /** Holds the number and is about to give it up. */
  | 'DEPARTING'
  /** Gave the number up and has no SIM. */
  | 'FORMER'
  /** The carrier, before it re-issues the number. */
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

/** The area of daily life a platform belongs to. */
export type Category =
  /** Cloud drives and photo storage. */
  | 'CLOUD_STORAGE'
  /** Forums and question-and-answer sites. */
  | 'COMMUNITY'
  /** Dating. Sensitive. */
  | 'DATING'
  /** Tools and hosting for programmers. */
  | 'DEVELOPER'
  /** Courses and schools. */
  | 'EDUCATION'
  /** Email. */
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
  /** Electricity, water, gas and phone bills. */
  | 'UTILITIES';

/** Progress of the manual steps. */
export type ChecklistState =
  /** A person states that all steps are done. This is not verified. */
  | 'ATTESTED'
  /** Some steps are checked off. */
  | 'BEGUN'
  /** No step is checked off. */
  | 'TO_DO';

/** Confirm that all manual steps at a platform are done. */
export type ConfirmManualStepInput = {
  /** The inquiry's id. */
  inquiryId: string;
};

/** Prove possession of a number with the code that was sent to it. */
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
  /** The date on which the number was activated for its holder. Without it no account is classified and no action is allowed. */
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
  /** The date on which the number was activated for its holder. */
  activatedOn: string;
};

/** What actually happened at the platform. */
export type Effect =
  /** The account was disabled. */
  | 'ACCOUNT_DISABLED'
  /** The account was deleted. */
  | 'ACCOUNT_PURGED'
  /** Calls and messages have stopped. */
  | 'CONTACT_STOPPED'
  /** The account's owner was notified. */
  | 'HOLDER_NOTIFIED'
  /** The number is no longer shown anywhere. */
  | 'LABEL_CLEARED'
  /** The number can no longer be used to log in to the account. */
  | 'LOGIN_DISABLED'
  /** Nothing had to be done. */
  | 'NO_CHANGE'
  /** The number no longer belongs to the account. */
  | 'NUMBER_DETACHED'
  /** The number can be used to sign up again. */
  | 'REGISTRATION_UNBLOCKED'
  /** Open sessions were closed. */
  | 'SESSIONS_REVOKED';

/** The kind of error; the codes are those of CAMARA's common errors. */
export type ErrorCode =
  /** The request contradicts an earlier one. */
  | 'CONFLICT'
  /** It does not exist, or belongs to somebody else. */
  | 'IDENTIFIER_NOT_FOUND'
  /** The input is invalid. */
  | 'INVALID_ARGUMENT'
  /** No number was given, and none follows from the token. */
  | 'MISSING_IDENTIFIER'
  /** The input has a valid form but is outside the allowed range. */
  | 'OUT_OF_RANGE'
  /** The caller is not allowed to do this. */
  | 'PERMISSION_DENIED'
  /** The service does not cover this. */
  | 'SERVICE_NOT_APPLICABLE'
  /** Too many requests; try again later. */
  | 'TOO_MANY_REQUESTS'
  /** The caller is not authenticated. */
  | 'UNAUTHENTICATED'
  /** A part of the gateway is down. */
  | 'UNAVAILABLE';

/** The exact reason of an error. */
export type ErrorReason =
  /** This id has expired: look the number up again. */
  | 'ACCOUNT_ID_EXPIRED'
  /** This id is forged, or for another number, tenant or basis. */
  | 'ACCOUNT_ID_INVALID'
  /** The action is not allowed for this account. */
  | 'ACCOUNT_NOT_ELIGIBLE'
  /** The platform does not support this action. */
  | 'ACTION_NOT_OFFERED'
  /** There is no such action or inquiry, or it is not the caller's. */
  | 'ACTION_UNKNOWN'
  /** There is no valid code: it has expired, been used or been replaced. */
  | 'CODE_EXPIRED'
  /** This is not a one-time code. */
  | 'CODE_MALFORMED'
  /** The code is wrong. */
  | 'CODE_WRONG'
  /** This is not a cursor of this list. */
  | 'CURSOR_INVALID'
  /** The date is in the future. */
  | 'DATE_IN_FUTURE'
  /** The deadline is too short or too long. */
  | 'DEADLINE_OUT_OF_RANGE'
  /** This is not a valid idempotency key. */
  | 'IDEMPOTENCY_KEY_MALFORMED'
  /** The key was used for another request. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The journal cannot be reached. */
  | 'JOURNAL_DOWN'
  /** It is in progress or finished. */
  | 'NOT_RETRYABLE'
  /** This is not a phone number. */
  | 'NUMBER_MALFORMED'
  /** No number was given. */
  | 'NUMBER_MISSING'
  /** This is a landline. */
  | 'NUMBER_NOT_MOBILE'
  /** The token is for another number. */
  | 'NUMBER_NOT_YOURS'
  /** No connector covers numbers from this region. */
  | 'NUMBER_REGION_NOT_COVERED'
  /** The page is too small or too large. */
  | 'PAGE_OUT_OF_RANGE'
  /** Sensitive platforms cannot be selected individually. */
  | 'PLATFORM_SENSITIVE'
  /** There is no such platform. */
  | 'PLATFORM_UNKNOWN'
  /** The reminder's date is in the past. */
  | 'REMINDER_PAST'
  /** There is no such renewal, or it is not the caller's. */
  | 'RENEWAL_UNKNOWN'
  /** The token does not permit this. */
  | 'SCOPE_MISSING'
  /** Nothing was selected. */
  | 'SELECTION_EMPTY'
  /** Too much was selected at once. */
  | 'SELECTION_TOO_LARGE'
  /** Codes cannot be sent here, or not at the moment. */
  | 'SENDER_UNAVAILABLE'
  /** There are no manual steps to confirm, or not this one. */
  | 'STEP_UNKNOWN'
  /** The dates of the tenure are missing or wrong. */
  | 'TENURE_MISSING'
  /** The tenure is taken from the token and must not be sent. */
  | 'TENURE_NOT_YOURS'
  /** The tenure ends before it starts. */
  | 'TENURE_REVERSED'
  /** There is no token. */
  | 'TOKEN_MISSING'
  /** The token is not accepted. */
  | 'TOKEN_REFUSED'
  /** Too many wrong codes; `retryAt` is when to try again. */
  | 'TOO_MANY_ATTEMPTS'
  /** The limit of codes is reached; `retryAt` is when to try again. */
  | 'TOO_MANY_CODES'
  /** The limit of lookups is reached. */
  | 'TOO_MANY_LOOKUPS';

/** What an event is about. */
export type EventKind =
  /** One of its actions. */
  | 'ACTION'
  /** One of its inquiries. */
  | 'INQUIRY'
  /** The renewal itself. */
  | 'RENEWAL';

/** Held the number in the past. */
export type FormerTenureInput = {
  /** The first day. */
  heldFrom: string;
  /** The first day after the last one. */
  heldUntil: string;
};

/** How hard a guide's steps are. */
export type GuideDifficulty =
  /** Self-service, even without the old number. */
  | 'EASY'
  /** Only through the platform's staff. */
  | 'HARD'
  /** The platform refuses. */
  | 'IMPOSSIBLE'
  /** A way is known for some users only. */
  | 'LIMITED'
  /** Self-service with the old number; without it another proof is needed. */
  | 'MEDIUM';

/** Who published a source, most trusted first. */
export type GuideSourceKind =
  /** Users of the platform. */
  | 'COMMUNITY'
  /** The platform's own page, or a reply from its staff. */
  | 'PLATFORM'
  /** An independent article. */
  | 'PRESS';

/** Whether an official one-click service covers the platform. */
export type OfficialCover =
  /** It does not. */
  | 'NO'
  /** Not published, or not researched. */
  | 'UNKNOWN'
  /** It does. */
  | 'YES';

/** What is known about one platform. Nothing defaults to NOT_BOUND. */
export type Outcome =
  /** There are accounts with this number. */
  | 'BOUND'
  /** There is no interface; `guide` has the manual steps. */
  | 'GUIDANCE'
  /** The user has to do something first. */
  | 'NEEDS_ACTION'
  /** There is no account, and the platform confirmed it. */
  | 'NOT_BOUND'
  /** The platform answers later. */
  | 'PENDING'
  /** It could not be determined; `reason` says why. */
  | 'UNKNOWN';

/** Who speaks for a platform when several connectors could: the first in this order. */
export type Precedence =
  /** A connector that speaks for many platforms. */
  | 'AGGREGATOR'
  /** No interface, only the steps a person can take. */
  | 'GUIDE'
  /** The platform's own connector. */
  | 'OWN';

/** The carrier holds the number before it is re-issued. */
export type QuarantinedTenureInput = {
  /** The date the number was given up. */
  deactivatedOn: string;
  /** The first day on which the last holder can no longer reclaim the number. */
  reclaimableUntil: string;
  /** The first day it may be re-issued. */
  reissueFrom: string;
};

/** The operation a renewal started with. */
export type RenewalOperation =
  /** Stop contact about selected accounts. */
  | 'ORDER_CEASE_CONTACT'
  /** Lock selected accounts. */
  | 'ORDER_LOCK_ACCOUNT'
  /** Notify the owners of selected accounts. */
  | 'ORDER_NOTIFY_HOLDER'
  /** Unbind selected accounts. */
  | 'ORDER_UNBIND'
  /** startRenewal: look up, then unbind all eligible accounts. */
  | 'START_RENEWAL';

/** Request an action for selected accounts: for all of them or none. */
export type RequestActionsInput = {
  /** 1 to 100 ids from `registeredAccounts`. */
  accountIds: Array<string>;
  /** 1 to 200 printable characters, new for each request, the same when it is repeated. Remembered for 30 days. */
  idempotencyKey: string;
  /** The action; see an account's `offers`. */
  kind: ActionKind;
  /** A mobile number; omit it with a holder's token. `13800001234`, optionally with +86 and spaces; other countries as E.164. */
  number?: string | null | undefined;
  /** The tenure asserted by a carrier (scope tenure:assert). Not with a holder's token. */
  tenure?: TenureInput | null | undefined;
};

/** Send a one-time code to a number. */
export type RequestPossessionCodeInput = {
  /** The date on which the number was activated for its holder, if a carrier asserts it (scope tenure:assert). Without it no account is classified and no action is allowed. */
  activatedOn?: string | null | undefined;
  /** A mobile number, `13800001234`, optionally with +86 and spaces; other countries as E.164. */
  number: string;
};

/** Retry what was given up for now, or left to a person. */
export type RetryActionInput = {
  /** The id of an action or an inquiry. */
  id: string;
};

/** Set the reminder for manual steps. */
export type SetReminderInput = {
  /** The inquiry's id. */
  inquiryId: string;
  /** Today or later, in Asia/Shanghai. Default: the suggested date. */
  remindOn?: string | null | undefined;
};

/** Look a number up everywhere, then unbind all eligible accounts. */
export type StartRenewalInput = {
  /** 1 to 200 printable characters, new for each request, the same when it is repeated. Remembered for 30 days. */
  idempotencyKey: string;
  /** A mobile number; omit it with a holder's token. `13800001234`, optionally with +86 and spaces; other countries as E.164. */
  number?: string | null | undefined;
  /** Ids of platforms; omit it to query all of them. */
  platforms?: Array<string> | null | undefined;
  /** The tenure asserted by a carrier (scope tenure:assert). Not with a holder's token. */
  tenure?: TenureInput | null | undefined;
};

/** The status, in the terms of the Data Rights Protocol. Nothing defaults to FULFILLED. */
export type Status =
  /** The platform refused; `reason` says why. */
  | 'DENIED'
  /** There was no answer in time. */
  | 'EXPIRED'
  /** Given up for now. It can be retried. */
  | 'FAILED'
  /** Done. */
  | 'FULFILLED'
  /** In progress; `progress` says what it waits for. */
  | 'IN_PROGRESS'
  /** Accepted, not started. */
  | 'OPEN'
  /** Part of a renewal is done, and the rest will not be. */
  | 'PARTIALLY_FULFILLED'
  /** Withdrawn before it was done. */
  | 'REVOKED';

/** What the user has to do before the platform continues. */
export type StepKind =
  /** Give consent. */
  | 'CONSENT'
  /** Show an identity document. */
  | 'ID_CHECK'
  /** Enter a one-time code that the platform sent. */
  | 'OTP'
  /** Continue on the platform's own page. */
  | 'WEB';

/** Exactly one: the tenure a carrier asserts. Dates in Asia/Shanghai. */
export type TenureInput =
  {   /** Holds the number now. */
  current: CurrentTenureInput; departing?: never; former?: never; quarantined?: never; }
  |  { current?: never;   /** Is about to give it up. */
  departing: DepartingTenureInput; former?: never; quarantined?: never; }
  |  { current?: never; departing?: never;   /** Held the number in the past. */
  former: FormerTenureInput; quarantined?: never; }
  |  { current?: never; departing?: never; former?: never;   /** The number is with the carrier. */
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

/** Check one step of a checklist off, or undo that. */
export type TickGuideStepInput = {
  /** False undoes it. */
  done?: boolean;
  /** The inquiry's id. */
  inquiryId: string;
  /** The step's id in its checklist. */
  stepId: string;
};

/** Unbind selected accounts: all of them or none. */
export type UnbindAccountsInput = {
  /** 1 to 100 ids from `registeredAccounts`. */
  accountIds: Array<string>;
  /** 1 to 200 printable characters, new for each request, the same when it is repeated. Remembered for 30 days. */
  idempotencyKey: string;
  /** A mobile number; omit it with a holder's token. `13800001234`, optionally with +86 and spaces; other countries as E.164. */
  number?: string | null | undefined;
  /** The tenure asserted by a carrier (scope tenure:assert). Not with a holder's token. */
  tenure?: TenureInput | null | undefined;
};

/** Why the answer is unknown. */
export type UnknownReason =
  /** The platform rejected the gateway's credentials. */
  | 'AUTH_FAILED'
  /** The platform answered with a challenge page. */
  | 'BLOCKED'
  /** The connector is not configured. */
  | 'DISABLED'
  /** The platform does not support this request. */
  | 'OUT_OF_RANGE'
  /** The rate limit is reached; try again later. */
  | 'RATE_LIMITED'
  /** There was no answer in time. */
  | 'TIMEOUT'
  /** The platform or its connector failed. */
  | 'UPSTREAM_ERROR';

/** The result of the lookup after an action that the platform called done. */
export type Verification =
  /** There is only the platform's statement. */
  | 'ATTESTED'
  /** No lookup is possible, or no complete answer came. */
  | 'CANNOT_TELL'
  /** No lookup has been made yet. */
  | 'PENDING'
  /** The platform said done, but the account is still there. */
  | 'STILL_BOUND'
  /** A complete answer no longer shows the account. */
  | 'VERIFIED';

/** Withdraw what has not been done. */
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
