// Written by `python -m scripts.clients` from the schema and its trusted documents.

import type { Request, Subscription } from "./operation.js";
import type {
  CatalogueQuery,
  CatalogueQueryVariables,
  ConfirmManualStepMutation,
  ConfirmManualStepMutationVariables,
  ConfirmPossessionMutation,
  ConfirmPossessionMutationVariables,
  CoverageBoardQuery,
  CoverageBoardQueryVariables,
  CoverageQuery,
  CoverageQueryVariables,
  LookupProgressSubscription,
  LookupProgressSubscriptionVariables,
  LookupQuery,
  LookupQueryVariables,
  LookupStreamQuery,
  LookupStreamQueryVariables,
  PlatformNamesQuery,
  PlatformNamesQueryVariables,
  RenewalProgressSubscription,
  RenewalProgressSubscriptionVariables,
  RenewalQuery,
  RenewalQueryVariables,
  RenewalsQuery,
  RenewalsQueryVariables,
  RequestActionsMutation,
  RequestActionsMutationVariables,
  RequestPossessionCodeMutation,
  RequestPossessionCodeMutationVariables,
  RetryActionMutation,
  RetryActionMutationVariables,
  SetReminderMutation,
  SetReminderMutationVariables,
  StartRenewalMutation,
  StartRenewalMutationVariables,
  TickGuideStepMutation,
  TickGuideStepMutationVariables,
  UnbindAccountsMutation,
  UnbindAccountsMutationVariables,
  WithdrawRenewalMutation,
  WithdrawRenewalMutationVariables,
} from "./types.js";

/** Every platform, what can be done there, and what a person can do by hand. */
export const Catalogue: Request<CatalogueQuery, CatalogueQueryVariables> = {
  kind: "query",
  name: "Catalogue",
  sha256: "a58814037720ab42babd9accaffef853bfdcca3f528734ab2da1656e943e5f19",
  text: `# Every platform, what can be done there, and what a person can do by hand.
query Catalogue {
  coverage {
    platforms {
      platform {
        id
        name
        category
        sensitive
        site
      }
      connector
      level
      precedence
      absentSince
      capabilities
      unbinding
      guide {
        steps
        url
        proof
        difficulty
        officialHelp
        coveredByOfficialService
        liveChecked
        checkedDaysAgo
        stale
        sources {
          url
          by
          about
          dated
          readOn
        }
      }
    }
  }
}
`,
};

/** Say that something was done by hand. */
export const ConfirmManualStep: Request<ConfirmManualStepMutation, ConfirmManualStepMutationVariables> = {
  kind: "mutation",
  name: "ConfirmManualStep",
  sha256: "098c908c29af14d6cadacd2a96e27b0b1c631274f6e943e487ae45570f794a16",
  text: `# Say that something was done by hand.
mutation ConfirmManualStep($input: ConfirmManualStepInput!) {
  confirmManualStep(input: $input) {
    __typename
    ... on RenewalChanged {
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Prove possession of a number by the code that was sent to it. */
export const ConfirmPossession: Request<ConfirmPossessionMutation, ConfirmPossessionMutationVariables> = {
  kind: "mutation",
  name: "ConfirmPossession",
  sha256: "67bb7e703a47788de8361b9a2bee765a9aeea30b6479645457ef65ffe8f22430",
  text: `# Prove possession of a number by the code that was sent to it.
mutation ConfirmPossession($input: ConfirmPossessionInput!) {
  confirmPossession(input: $input) {
    __typename
    ... on PossessionProven {
      token
      expiresAt
      number
      basis
    }
    ...RefusedParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}
`,
};

/** What is connected, and how well it answers. */
export const Coverage: Request<CoverageQuery, CoverageQueryVariables> = {
  kind: "query",
  name: "Coverage",
  sha256: "03e600a94b6d451056ae71ae95fbc39be3dd632deaefb07b15a27ebcc0ffab36",
  text: `# What is connected, and how well it answers.
query Coverage {
  coverage {
    platforms {
      platform {
        id
        name
        category
        sensitive
        site
      }
      connector
      precedence
      capabilities
      unbinding
      answered
      unknown
    }
  }
}
`,
};

/** What operators watch: how well each platform answers, what is loaded, what people miss. */
export const CoverageBoard: Request<CoverageBoardQuery, CoverageBoardQueryVariables> = {
  kind: "query",
  name: "CoverageBoard",
  sha256: "9fe0e766735a8a99e730969ec2642d56474a48ff581448e6cb354c06e28e2519",
  text: `# What operators watch: how well each platform answers, what is loaded, what people miss.
query CoverageBoard {
  coverage {
    platforms {
      platform {
        id
        name
        category
        sensitive
      }
      connector
      level
      precedence
      absentSince
      capabilities
      unbinding
      answered
      unknown
      p50Ms
      p95Ms
    }
    connectors {
      id
      version
      level
      state
      precedence
      source
      listedAt
      capabilities
    }
    demand {
      platform {
        id
        name
        category
      }
      asked
    }
    problems {
      source
      message
    }
  }
}
`,
};

/** Which accounts are registered with this number? */
export const Lookup: Request<LookupQuery, LookupQueryVariables> = {
  kind: "query",
  name: "Lookup",
  sha256: "2a3e448a5ae20285cfcb238110a7265a70600ffb73ae3db3957cd5ae6a691e26",
  text: `# Which accounts are registered with this number?
query Lookup(
  $number: String
  $tenure: TenureInput
  $platforms: [ID!]
  $deadlineMs: Int
) {
  registeredAccounts(number: $number, tenure: $tenure, platforms: $platforms, deadlineMs: $deadlineMs) {
    ...LookupParts
  }
}

fragment LookupParts on RegisteredAccounts {
  number
  basis
  summary {
    ...SummaryParts
  }
  platforms {
    ...ResultParts
  }
  sensitive {
    ...SensitiveParts
  }
}

fragment SummaryParts on Summary {
  asked
  bound
  notBound
  unknown
  pending
  needsAction
  guidance
}

fragment ResultParts on PlatformResult {
  platform {
    id
    name
    category
  }
  outcome
  reason
  retryAt
  expectedBy
  accounts {
    ...AccountParts
  }
  needs {
    kind
    url
    expires
  }
  guide {
    steps
    url
    proof
  }
}

fragment SensitiveParts on SensitiveGroup {
  category
  asked
  bound
  unknown
  accounts {
    ...AccountParts
  }
}

fragment AccountParts on Account {
  id
  relation
  label
  boundOn
  eligible
  reason
  offers
}
`,
};

/** The same as it comes in, platform by platform. */
export const LookupProgress: Subscription<LookupProgressSubscription, LookupProgressSubscriptionVariables> = {
  kind: "subscription",
  name: "LookupProgress",
  resumes: false,
  sha256: "89926256f593d01d8850861a1462692885313b75d3d94b6bca2539cacf2eebe9",
  text: `# The same as it comes in, platform by platform.
subscription LookupProgress(
  $number: String
  $tenure: TenureInput
  $platforms: [ID!]
  $deadlineMs: Int
) {
  registeredAccountsProgress(number: $number, tenure: $tenure, platforms: $platforms, deadlineMs: $deadlineMs) {
    asked
    answered
    platform {
      ...ResultParts
    }
    result {
      ...LookupParts
    }
  }
}

fragment ResultParts on PlatformResult {
  platform {
    id
    name
    category
  }
  outcome
  reason
  retryAt
  expectedBy
  accounts {
    ...AccountParts
  }
  needs {
    kind
    url
    expires
  }
  guide {
    steps
    url
    proof
  }
}

fragment LookupParts on RegisteredAccounts {
  number
  basis
  summary {
    ...SummaryParts
  }
  platforms {
    ...ResultParts
  }
  sensitive {
    ...SensitiveParts
  }
}

fragment AccountParts on Account {
  id
  relation
  label
  boundOn
  eligible
  reason
  offers
}

fragment SummaryParts on Summary {
  asked
  bound
  notBound
  unknown
  pending
  needsAction
  guidance
}

fragment SensitiveParts on SensitiveGroup {
  category
  asked
  bound
  unknown
  accounts {
    ...AccountParts
  }
}
`,
};

/** The same as Lookup in pieces: each platform as it answers, then the counts. */
export const LookupStream: Request<LookupStreamQuery, LookupStreamQueryVariables> = {
  kind: "query",
  name: "LookupStream",
  sha256: "159d58c7251de84ba6d94ccf981d96710fe26653c1010ee50f1b360a9355aec6",
  text: `# The same as Lookup in pieces: each platform as it answers, then the counts.
query LookupStream(
  $number: String
  $tenure: TenureInput
  $platforms: [ID!]
  $deadlineMs: Int
) {
  registeredAccounts(number: $number, tenure: $tenure, platforms: $platforms, deadlineMs: $deadlineMs) {
    number
    basis
    platforms @stream {
      ...ResultParts
    }
    ... @defer {
      summary {
        ...SummaryParts
      }
      sensitive {
        ...SensitiveParts
      }
    }
  }
}

fragment ResultParts on PlatformResult {
  platform {
    id
    name
    category
  }
  outcome
  reason
  retryAt
  expectedBy
  accounts {
    ...AccountParts
  }
  needs {
    kind
    url
    expires
  }
  guide {
    steps
    url
    proof
  }
}

fragment SummaryParts on Summary {
  asked
  bound
  notBound
  unknown
  pending
  needsAction
  guidance
}

fragment SensitiveParts on SensitiveGroup {
  category
  asked
  bound
  unknown
  accounts {
    ...AccountParts
  }
}

fragment AccountParts on Account {
  id
  relation
  label
  boundOn
  eligible
  reason
  offers
}
`,
};

/** The names of all platforms in the request's language, to be searched in another one as well. */
export const PlatformNames: Request<PlatformNamesQuery, PlatformNamesQueryVariables> = {
  kind: "query",
  name: "PlatformNames",
  sha256: "4e10dc394d62ec23be61d5c0c62711a83718b4608f0b43799d650402fb292c2d",
  text: `# The names of all platforms in the request's language, to be searched in another one as well.
query PlatformNames {
  coverage {
    platforms {
      platform {
        id
        name
      }
    }
  }
}
`,
};

/** One renewal, as it is now. */
export const Renewal: Request<RenewalQuery, RenewalQueryVariables> = {
  kind: "query",
  name: "Renewal",
  sha256: "26d99cc4eb4dad6f49acf1c6c06a54fa71a3e4972ac1504ef395ff45c9411ba1",
  text: `# One renewal, as it is now.
query Renewal($id: ID!) {
  renewal(id: $id) {
    ...RenewalParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** What happens in a renewal, until its end. */
export const RenewalProgress: Subscription<RenewalProgressSubscription, RenewalProgressSubscriptionVariables> = {
  kind: "subscription",
  name: "RenewalProgress",
  resumes: true,
  sha256: "f751752be43b78104b5923697bc8a854eeb05e3b8801dfb8726ff752ecb586f0",
  text: `# What happens in a renewal, until its end.
subscription RenewalProgress($id: ID!, $after: String) {
  renewalProgress(id: $id, after: $after) {
    cursor
    at
    kind
    status
    inquiry {
      ...InquiryParts
    }
    action {
      ...ActionParts
    }
    renewal {
      id
      status
      settled
    }
  }
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** What the caller ordered before, the newest first. */
export const Renewals: Request<RenewalsQuery, RenewalsQueryVariables> = {
  kind: "query",
  name: "Renewals",
  sha256: "a6041f70df88afc4d7c37eb109ad1180dc03157f29b9ca0ad4a850c6c560fc6e",
  text: `# What the caller ordered before, the newest first.
query Renewals($first: Int! = 20, $after: String) {
  renewals(first: $first, after: $after) {
    edges {
      node {
        id
        number
        basis
        status
        settled
        operation
        createdAt
        withdrawnAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
};

/** Ask something about chosen accounts. */
export const RequestActions: Request<RequestActionsMutation, RequestActionsMutationVariables> = {
  kind: "mutation",
  name: "RequestActions",
  sha256: "bf38e489ffa7aee7c7eee9e39aafe9f32e51f10ee0ce07dd0fad174d698a93ef",
  text: `# Ask something about chosen accounts.
mutation RequestActions($input: RequestActionsInput!) {
  requestActions(input: $input) {
    __typename
    ... on RenewalAccepted {
      replayed
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Send a one-time code to a number. */
export const RequestPossessionCode: Request<RequestPossessionCodeMutation, RequestPossessionCodeMutationVariables> = {
  kind: "mutation",
  name: "RequestPossessionCode",
  sha256: "f56959340b8359077963d7efa936dcd4222c8db920900fb7b084c56cf1d78ea3",
  text: `# Send a one-time code to a number.
mutation RequestPossessionCode($input: RequestPossessionCodeInput!) {
  requestPossessionCode(input: $input) {
    __typename
    ... on PossessionCodeSent {
      id
      number
      expiresAt
      resendAt
    }
    ...RefusedParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}
`,
};

/** Take up what was given up for now. */
export const RetryAction: Request<RetryActionMutation, RetryActionMutationVariables> = {
  kind: "mutation",
  name: "RetryAction",
  sha256: "5c675a85e7db9e8b1a585edef1eca180e8c2f2b98bd771662d5371753e3f4f9b",
  text: `# Take up what was given up for now.
mutation RetryAction($input: RetryActionInput!) {
  retryAction(input: $input) {
    __typename
    ... on RenewalChanged {
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Choose when to look again at what is done by hand. */
export const SetReminder: Request<SetReminderMutation, SetReminderMutationVariables> = {
  kind: "mutation",
  name: "SetReminder",
  sha256: "2893c0922b45d8a73213f8f5704f2691050276a5d05129c917668c02bdf812a5",
  text: `# Choose when to look again at what is done by hand.
mutation SetReminder($input: SetReminderInput!) {
  setReminder(input: $input) {
    __typename
    ... on RenewalChanged {
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Ask every platform, then unbind all that is eligible. */
export const StartRenewal: Request<StartRenewalMutation, StartRenewalMutationVariables> = {
  kind: "mutation",
  name: "StartRenewal",
  sha256: "5fde53923282044d77b37b7ba5fa71a136a9e25f5deebb34cfbd62c42e9ab838",
  text: `# Ask every platform, then unbind all that is eligible.
mutation StartRenewal($input: StartRenewalInput!) {
  startRenewal(input: $input) {
    __typename
    ... on RenewalAccepted {
      replayed
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Tick one step by hand off, or take that back. */
export const TickGuideStep: Request<TickGuideStepMutation, TickGuideStepMutationVariables> = {
  kind: "mutation",
  name: "TickGuideStep",
  sha256: "b9d3d683ba13f35b9dfdfbf98da2b607f5a9622c950ae37cbe6f83571da34e0b",
  text: `# Tick one step by hand off, or take that back.
mutation TickGuideStep($input: TickGuideStepInput!) {
  tickGuideStep(input: $input) {
    __typename
    ... on RenewalChanged {
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Unbind chosen accounts: all of them or none. */
export const UnbindAccounts: Request<UnbindAccountsMutation, UnbindAccountsMutationVariables> = {
  kind: "mutation",
  name: "UnbindAccounts",
  sha256: "2a960448ddbd2670feaf812d7cda2274bf65516b0617af8b6f6813a797820753",
  text: `# Unbind chosen accounts: all of them or none.
mutation UnbindAccounts($input: UnbindAccountsInput!) {
  unbindAccounts(input: $input) {
    __typename
    ... on RenewalAccepted {
      replayed
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};

/** Take back what has not been done. */
export const WithdrawRenewal: Request<WithdrawRenewalMutation, WithdrawRenewalMutationVariables> = {
  kind: "mutation",
  name: "WithdrawRenewal",
  sha256: "ca195d810c8cbfd7e44bcf57c6e8117a5fd2cb1b6e70296c66496db42a34899f",
  text: `# Take back what has not been done.
mutation WithdrawRenewal($input: WithdrawRenewalInput!) {
  withdrawRenewal(input: $input) {
    __typename
    ... on RenewalChanged {
      renewal {
        ...RenewalParts
      }
    }
    ...RefusedParts
  }
}

fragment RenewalParts on Renewal {
  id
  number
  basis
  status
  settled
  operation
  cursor
  createdAt
  withdrawnAt
  inquiries {
    ...InquiryParts
  }
  actions {
    ...ActionParts
  }
}

fragment RefusedParts on Refused {
  code
  reason
  message
  field
  hint
  retryAt
  attemptsLeft
}

fragment InquiryParts on Inquiry {
  id
  platform {
    id
    name
  }
  category
  status
  outcome
  reason
  accounts {
    id
    relation
    eligible
    reason
  }
  needs {
    kind
    url
    expires
  }
  guide {
    url
    proof
    difficulty
    officialHelp
    stale
    steps
  }
  checklist {
    state
    steps {
      id
      text
      doneAt
    }
    remindOn
  }
  retryAt
  confirmedAt
}

fragment ActionParts on Action {
  id
  inquiryId
  platform {
    id
    name
  }
  category
  kind
  status
  progress
  reason
  relation
  label
  effects
  verification
  needs {
    kind
    url
    expires
  }
  expectedBy
  retryAt
  retryable
  doneAt
  finishedAt
}
`,
};
