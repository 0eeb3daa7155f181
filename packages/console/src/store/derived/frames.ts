/**
 * The innermost stack frame that is the program's own, in the forms in which languages print stacks. Frames of the runtime, of
 * frameworks and of installed packages are passed over.
 */

/** One language's frame: how it is known, what of it is the place, and what is not the program's own. */
interface Form {
  frame: RegExp
  place: (parts: string[]) => string
  foreign: RegExp
  /** Python names the innermost frame last. */
  innermostLast?: true
}

const forms: Form[] = [
  {
    // JVM: `at com.acme.shop.Payments.charge(Payments.java:42)`, with a module or loader before it.
    frame: /^\s*at (?:[\w.@-]*\/\/?)*([\w.$<>]+)\((\w+\.(?:java|kt|scala|groovy):\d+)\)/,
    place: ([name, file]) => `${name} (${file})`,
    foreign:
      /at (?:[\w.@-]*\/\/?)*(?:java|javax|jdk|sun|com\.sun|jakarta|kotlin|kotlinx|scala|akka|org\.(?:springframework|apache|hibernate|eclipse|jboss|glassfish|junit|aspectj|postgresql)|io\.(?:netty|opentelemetry|grpc|micrometer|undertow|quarkus|vertx|micronaut)|reactor|com\.(?:zaxxer|fasterxml|google|mysql))\./,
  },
  {
    // .NET: `at Shop.Payments.Charge(Order order) in /src/Payments.cs:line 42`.
    frame: /^\s*at ([\w.`<>[\]+|]+)\([^)]*\) in (.+):line (\d+)/,
    place: ([name, file, line]) => `${name} (${file}:${line})`,
    foreign: /^\s*at (?:System|Microsoft|Npgsql|Grpc|OpenTelemetry)\./,
  },
  {
    // Go: the function on one line, `\t/src/payments.go:42 +0x1d` on the next; both are joined before.
    frame: /^([\w./*()-]+)\(.*\) \t(.+\.go:\d+)/,
    place: ([name, file]) => `${name} (${file})`,
    foreign:
      /^(?:runtime|net\/http|database\/sql|reflect|testing|panic|created by|go\.opentelemetry\.io)\b|\/pkg\/mod\/|\/usr\/local\/go\/src\//,
  },
  {
    // Ruby: `app/payments.rb:42:in 'charge'`.
    frame: /^\s*(?:from )?([^\s:]+\.rb:\d+):in [`'](.+)'/,
    place: ([file, name]) => `${name} (${file})`,
    foreign: /\/gems\/|\/ruby\/\d|<internal:|\/usr\/lib\/ruby/,
  },
  {
    // PHP: `#0 /app/src/Payments.php(42): Shop\\Payments->charge()`.
    frame: /^#\d+ (.+\.php)\((\d+)\): (.+?)\(/,
    place: ([file, line, name]) => `${name} (${file}:${line})`,
    foreign: /\/vendor\/|\[internal function\]/,
  },
  {
    // Python: `File "/app/orders.py", line 12, in place`.
    frame: /^\s*File "(.+)", line (\d+), in (.+)$/,
    place: ([file, line, name]) => `${name} (${file}:${line})`,
    foreign: /site-packages|dist-packages|lib\/python|<frozen|<string>/,
    innermostLast: true,
  },
  {
    // JavaScript: `at place (/app/src/orders.ts:12:7)`, without the column.
    frame: /^\s*at (?:async )?(.+)$/,
    place: ([where = '']) => where.replace(/(:\d+):\d+(\)?)$/, '$1$2').replace('file://', ''),
    foreign: /node_modules|node:internal|\(node:|at node:|<anonymous>/,
  },
]

const MOST_LINES = 200

/** undefined where the text has no frame of the program. */
export function placeOf(stack: string): string | undefined {
  const lines = stack.replace(/\n\t(?=\/)/g, ' \t').split('\n', MOST_LINES)
  // The form of the language: the first one that any line has.
  const form = forms.find(({ frame }) => lines.some((line) => frame.test(line)))
  if (!form) return undefined
  const own = lines.filter((line) => form.frame.test(line) && !form.foreign.test(line))
  const line = form.innermostLast ? own.at(-1) : own[0]
  const [, ...parts] = form.frame.exec(line ?? '') ?? []
  return line === undefined ? undefined : form.place(parts)
}
