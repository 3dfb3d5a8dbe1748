import { useNavigate } from '@tanstack/react-router';

/** Fields whose values are asked for together; they stand in the address. */
export function AskFor({
  label,
  fields,
  action,
}: {
  label: string;
  fields: readonly { readonly name: string; readonly text: string; readonly placeholder: string; readonly value: string | undefined }[];
  action: string;
}) {
  const navigate = useNavigate();
  return (
    <search>
      <form
        className="audit-filters"
        aria-label={label}
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const values = Object.fromEntries(fields.map(({ name }) => [name, String(given.get(name)).trim() || undefined]));
          void navigate({ to: '.', search: ((old: object) => ({ ...old, ...values })) as never });
        }}
      >
        {fields.map(({ name, text, placeholder, value }) => (
          <label key={`${name} ${value}`} className="choice">
            <span className="choice-label">{text}</span>
            <input name={name} placeholder={placeholder} defaultValue={value ?? ''} maxLength={300} />
          </label>
        ))}
        <button type="submit" className="button button-main">
          {action}
        </button>
      </form>
    </search>
  );
}
