/**
 * The program's own frame in stacks as each language prints them.
 */

import { expect, test } from 'vitest'
import { placeOf } from './frames.ts'

test.each([
  [
    'JVM',
    `java.lang.IllegalStateException: card declined
\tat org.springframework.util.Assert.state(Assert.java:76)
\tat java.base/java.util.Optional.orElseThrow(Optional.java:403)
\tat app//com.acme.shop.Payments.charge(Payments.java:42)
\tat com.acme.shop.Orders$Placing.run(Orders.kt:17)`,
    'com.acme.shop.Payments.charge (Payments.java:42)',
  ],
  [
    '.NET',
    `System.InvalidOperationException: card declined
   at System.Linq.ThrowHelper.ThrowNoElementsException()
   at Microsoft.AspNetCore.Routing.EndpointMiddleware.Invoke(HttpContext httpContext) in /_/src/Http.cs:line 8
   at Shop.Payments.<Charge>d__4.MoveNext() in /src/Shop/Payments.cs:line 42
   at Shop.Orders.Place(Order order) in /src/Shop/Orders.cs:line 17`,
    'Shop.Payments.<Charge>d__4.MoveNext (/src/Shop/Payments.cs:42)',
  ],
  [
    'Go',
    `goroutine 18 [running]:
runtime/debug.Stack()
\t/usr/local/go/src/runtime/debug/stack.go:26 +0x5e
go.opentelemetry.io/otel/sdk/trace.(*recordingSpan).RecordError(0xc0001)
\t/home/app/go/pkg/mod/go.opentelemetry.io/otel/sdk@v1.2.3/trace/span.go:400 +0x1d
acme.dev/shop/payments.(*Client).Charge(0xc0002, {0x1, 0x2})
\t/src/shop/payments/client.go:42 +0x1d
net/http.HandlerFunc.ServeHTTP(0x0)
\t/usr/local/go/src/net/http/server.go:2220 +0x29`,
    'acme.dev/shop/payments.(*Client).Charge (/src/shop/payments/client.go:42)',
  ],
  [
    'Ruby',
    `/usr/local/bundle/gems/faraday-2.9.0/lib/faraday/response.rb:10:in 'on_complete'
app/models/payment.rb:42:in 'charge'
app/controllers/orders_controller.rb:17:in \`create'`,
    'charge (app/models/payment.rb:42)',
  ],
  [
    'PHP',
    `#0 /app/vendor/guzzlehttp/guzzle/src/Client.php(189): GuzzleHttp\\Client->request('GET')
#1 /app/src/Payments.php(42): Shop\\Payments->charge(Object(Shop\\Order))
#2 {main}`,
    'Shop\\Payments->charge (/app/src/Payments.php:42)',
  ],
  [
    'Python',
    `Traceback (most recent call last):
  File "/app/orders.py", line 12, in place
    charge(order)
  File "/app/payments.py", line 42, in charge
    raise Declined()
  File "/usr/lib/python3.12/site-packages/requests/api.py", line 5, in get`,
    'charge (/app/payments.py:42)',
  ],
  [
    'JavaScript',
    `TypeError: no card
    at node:internal/process/task_queues:95:5
    at Layer.handle (/app/node_modules/router/lib/layer.js:152:17)
    at async charge (file:///app/src/payments.ts:42:11)`,
    'charge (/app/src/payments.ts:42)',
  ],
  ['nothing of the program', 'Error: x\n    at node:internal/main:1:1', undefined],
  ['no stack', 'something went wrong', undefined],
])('%s', (_, stack, place) => {
  expect(placeOf(stack)).toBe(place)
})
