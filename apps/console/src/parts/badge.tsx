import type { DeviceSummary, PolicyState, Standing, WipeKind, WipeState } from '../api/types.js';

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet';

export function Badge({
  tone,
  children,
  title,
}: {
  readonly tone: Tone;
  readonly children: string;
  readonly title?: string;
}) {
  return (
    <span className={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}

const standings: Readonly<Record<Standing, Tone>> = { allowed: 'good', blocked: 'bad', quarantined: 'warn' };

export const StandingBadge = ({
  standing,
  title,
}: {
  readonly standing: Standing;
  readonly title?: string;
}) => (
  <Badge tone={standings[standing]} title={title}>
    {standing}
  </Badge>
);

const wipes: Readonly<Record<WipeState, Tone>> = {
  waiting: 'warn',
  requested: 'warn',
  sent: 'warn',
  confirmed: 'bad',
  failed: 'bad',
  cancelled: 'quiet',
};
/** In words of somebody who waits for it. */
export const wipeWords: Readonly<Record<WipeState, string>> = {
  waiting: 'waits for approval',
  requested: 'waits for the phone',
  sent: 'sent to the phone',
  confirmed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};
const kinds: Readonly<Record<WipeKind, string>> = { account: 'account wipe', device: 'full wipe' };

export const WipeBadge = ({ kind, state }: { readonly kind: WipeKind; readonly state: WipeState }) => (
  <Badge tone={wipes[state]}>{`${kinds[kind]} ${wipeWords[state]}`}</Badge>
);

const policies: Readonly<Record<PolicyState, readonly [Tone, string]>> = {
  none: ['quiet', 'no policy'],
  pending: ['warn', 'policy pending'],
  applied: ['good', 'policy applied'],
  partial: ['warn', 'policy in part'],
  refused: ['bad', 'policy refused'],
};

export function PolicyBadge({ state }: { readonly state: PolicyState }) {
  const [tone, words] = policies[state];
  return <Badge tone={tone}>{words}</Badge>;
}

/** What of a device needs an eye in a list: standing, a wipe, an error. */
export function DeviceBadges({ device }: { readonly device: DeviceSummary }) {
  const { standing, standingReason, wipe, lastError, policyState } = device;
  return (
    <span className="badges">
      <StandingBadge standing={standing} title={standingReason || undefined} />
      {wipe && wipe.state !== 'cancelled' && <WipeBadge kind={wipe.kind} state={wipe.state} />}
      {(policyState === 'pending' || policyState === 'refused' || policyState === 'partial') && (
        <PolicyBadge state={policyState} />
      )}
      {lastError !== null && (
        <Badge tone="bad" title={lastError}>
          error
        </Badge>
      )}
    </span>
  );
}
