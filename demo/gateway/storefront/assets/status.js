/**
 * The status page: every service behind the gateway, the faults that are switched on, the alerts, and the queue of
 * receipts.
 */

import { getStatus } from './api.js'
import { byId, element, render } from './element.js'
import { clearProblem, keepFresh, showProblem } from './page.js'
import { dateTime, duration } from './words.js'

const pause = 3000
const problem = byId('problem')
const summary = byId('summary')
const services = byId('services')

await keepFresh(refresh, () => pause)

async function refresh() {
  try {
    const status = await getStatus()
    clearProblem(problem)
    show(status)
  } catch (error) {
    services.removeAttribute('aria-busy')
    setText('The gateway does not say how the services are.')
    showProblem(problem, error)
  }
}

/** @param {import('./api.js').Status} status */
function show({ services: list, queue, alerts }) {
  const down = list.filter(({ healthy }) => !healthy)
  const faults = [...new Set(list.flatMap((service) => service.faults))]
  const firing = alerts?.filter(({ status }) => status === 'firing') ?? []
  setText(summaryOf(down.length, faults.length) + alertSummary(firing.length))
  render(services, ...list.map(card))
  render(byId('faults'), ...faults.map(faultNotice))
  render(byId('alerts'), ...alertCards(alerts))
  render(byId('queue'), ...queueFigures(queue))
}

/** @param {number} down @param {number} faults */
function summaryOf(down, faults) {
  if (down > 0) return down === 1 ? 'One service does not answer.' : `${down} services do not answer.`
  return faults > 0 ? 'Every service answers, with faults switched on.' : 'Every service answers.'
}

/** @param {number} firing */
function alertSummary(firing) {
  if (firing === 0) return ''
  return firing === 1 ? ' One alert fires.' : ` ${firing} alerts fire.`
}

/** Said aloud by screen readers, so only when it changes. @param {string} text */
function setText(text) {
  if (summary.textContent !== text) summary.textContent = text
}

/** @param {import('./api.js').ServiceStatus} service */
function card({ name, purpose, healthy, latencyMs, faults, problem: reason }) {
  const upTone = faults.length > 0 ? 'warn' : 'good'
  const tone = healthy ? upTone : 'bad'
  return element(
    'li',
    { class: `service ${tone}` },
    element(
      'div',
      { class: 'service-head' },
      element('h2', {}, name),
      element('span', { class: `badge ${tone}` }, healthy ? `Up · ${latencyMs} ms` : 'Down'),
    ),
    element('p', { class: 'quiet' }, reason ?? purpose),
    faults.length > 0 && element('p', {}, `Fault: ${faults.join(', ')}`),
  )
}

/** @param {string} fault */
function faultNotice(fault) {
  return element(
    'div',
    { class: 'notice warn' },
    element('p', {}, 'The fault ', element('strong', {}, fault), ' is on. Switch it off with '),
    element('code', {}, `pnpm demo fault ${fault} off`),
  )
}

/** @param {import('./api.js').Alert[] | null} alerts */
function alertCards(alerts) {
  if (alerts === null) return [element('p', { class: 'quiet' }, 'Not known: the notifier does not say.')]
  if (alerts.length === 0) return [element('p', { class: 'quiet' }, 'None since the notifier was started.')]
  return [element('ul', { class: 'alerts' }, ...alerts.map(alertCard))]
}

/** @param {import('./api.js').Alert} alert */
function alertCard({ name, service, severity, status, summary, description, runbookUrl, startsAt, endsAt }) {
  const tone = status === 'firing' ? 'bad' : 'good'
  const about = [service, severity, name].filter(Boolean).join(' · ')
  return element(
    'li',
    { class: `alert ${tone}` },
    element(
      'div',
      { class: 'service-head' },
      element('h3', {}, summary ?? name),
      element('span', { class: `badge ${tone}` }, status === 'firing' ? 'Fires' : 'Resolved'),
    ),
    element(
      'p',
      { class: 'quiet' },
      endsAt ? `${dateTime(startsAt)} to ${dateTime(endsAt)}` : `Since ${dateTime(startsAt)}`,
    ),
    description !== undefined && element('p', {}, description),
    element(
      'p',
      { class: 'quiet' },
      about,
      runbookUrl !== undefined && ' · ',
      runbookUrl !== undefined &&
        element('a', { href: runbookUrl, rel: 'noreferrer', 'data-key': runbookUrl }, 'Runbook'),
    ),
  )
}

/** @param {import('./api.js').Queue | null} queue */
function queueFigures(queue) {
  if (queue === null) return [element('p', { class: 'quiet' }, 'Not known: the notifier does not say.')]
  const age = queue.depth > 0 && typeof queue.oldestAgeSeconds === 'number' ? duration(queue.oldestAgeSeconds) : '–'
  return [
    element(
      'dl',
      { class: 'figures' },
      element('div', {}, element('dt', {}, 'In the queue'), element('dd', {}, String(queue.depth))),
      element('div', {}, element('dt', {}, 'Oldest waits for'), element('dd', {}, age)),
    ),
  ]
}
