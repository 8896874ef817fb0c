import { useLocation, useParams } from 'wouter';
import { useResource } from '../../api/use-resource.js';
import { Page } from '../../frame/page.js';
import { Loaded } from '../../frame/states.js';
import { allPolicies, PolicyEditor } from './policy-editor.js';

/** The editor of a policy that is there, or of a new one. */
export function PolicyPage() {
  const { policy: id = '' } = useParams<{ policy: string }>();
  return id === 'new' ? <NewPolicy /> : <OnePolicy key={id} id={id} />;
}

function OnePolicy({ id }: { readonly id: string }) {
  const catalogue = useResource('GET /policy-settings', {});
  const policy = useResource('GET /policies/{policy}', { params: { policy: id } });
  if (catalogue.data && policy.data)
    return (
      <PolicyEditor
        // Saved, it begins anew with what the server has.
        key={policy.data.updatedAt}
        catalogue={catalogue.data.items}
        policy={policy.data}
        onSaved={policy.reload}
      />
    );
  const late = catalogue.data ? policy : catalogue;
  return <Coming title="Policy" error={late.error} reload={late.reload} />;
}

function NewPolicy() {
  const catalogue = useResource('GET /policy-settings', {});
  const [, go] = useLocation();
  if (!catalogue.data) return <Coming title="New policy" {...catalogue} />;
  return (
    <PolicyEditor
      catalogue={catalogue.data.items}
      policy={null}
      onSaved={({ id }) => go(`/policies/${id}`, { replace: true })}
    />
  );
}

/** What stands there until the editor has everything, or says why it has not. */
function Coming({
  title,
  error,
  reload,
}: {
  readonly title: string;
  readonly error: unknown;
  readonly reload: () => void;
}) {
  return (
    <Page title={title} back={allPolicies}>
      <Loaded resource={{ data: null, error, reload }} lines={12}>
        {() => null}
      </Loaded>
    </Page>
  );
}
