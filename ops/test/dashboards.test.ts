/**
 * Every dashboard against the real backends, with traffic on the shop: what each panel asks is accepted and answered, with the
 * variables filled in as a reader would. Rules are asked, too.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@lab/test-kit/eventually'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Board, boardsOf, filled, type Question, questionsOf, textOf } from '../../packages/mixin/test/board.ts'
import { countAnswers } from './grafana.ts'
import { labelValues, queryPrometheus } from './queries.ts'
import { quietPanels } from './quiet-panels.ts'
import { type Shop, theShop } from './shop.ts'

const folder = join(import.meta.dirname, '..', 'grafana', 'dashboards')
const names = (await readdir(folder)).toSorted()
const files = names.map(async (name) => [`grafana/dashboards/${name}`, await readFile(join(folder, name), 'utf8')])
const boards = boardsOf(Object.fromEntries(await Promise.all(files)))
const questions = boards.flatMap((board) => questionsOf(board).map((question) => ({ ...question, board })))

/** Rates need two scrapes, rules of long windows a minute. */
const arrival = 100_000
let shop: Shop

beforeAll(async () => {
  shop = await theShop()
})

/** The question for each service that the reader may choose, or as it is where there is no choice. */
function texts({ expr }: Question, board: Board): string[] {
  const service = board.templating.list.find(({ name, multi }) => name === 'service' && !multi)
  if (!service || !/\$service\b/.test(expr)) return [filled(expr, board)]
  return textOf(service.query)
    .split(',')
    .map((name) => filled(expr, board, { service: name }))
}

async function countEach(question: Question & { readonly board: Board }): Promise<number[]> {
  return Promise.all(texts(question, question.board).map((text) => countAnswers(shop, question, text)))
}

describe.each(boards)('$title', (board) => {
  const questions = questionsOf(board).map((question) => ({ ...question, board }))

  test.for(questions.filter(({ name }) => !(name in quietPanels)))(
    '$name',
    { timeout: 2 * arrival },
    async (question) => {
      await eventually(`an answer to ${question.expr}`, arrival, async () => {
        const counts = await countEach(question)
        if (/(Empty|Absent) for|Only services/.test(question.description))
          expect(Math.max(...counts)).toBeGreaterThan(0)
        else expect(Math.min(...counts), `for each service: ${counts}`).toBeGreaterThan(0)
      })
    },
  )

  test.for(questions.filter(({ name }) => name in quietPanels))('$name may have no answer', async (question) => {
    await countEach(question)
  })

  test('what a reader may choose is there', async () => {
    for (const variable of board.templating.list.filter(({ type }) => type === 'query')) {
      const [, selector = '', label = ''] = /^label_values\((.*),(\w+)\)$/.exec(textOf(variable.query)) ?? []
      const values = await labelValues(shop.url('prometheus'), label, filled(selector, board))
      expect(values.length, variable.name).toBeGreaterThan(0)
    }
  })
})

test('a fault shows where nothing is seen while all is well', { timeout: 300_000 }, async () => {
  await shop.fault('payments-failing', 'on')
  try {
    for (const question of questions.filter(({ name }) => quietPanels[name]?.inFault)) {
      await eventually(`an answer to ${question.name}`, 200_000, async () => {
        expect(Math.max(...(await countEach(question)))).toBeGreaterThan(0)
      })
    }
  } finally {
    await shop.fault('payments-failing', 'off')
  }
})

test('quiet panels are panels, and say when they are empty', () => {
  for (const name of Object.keys(quietPanels)) {
    const question = questions.find((one) => one.name === name)
    expect(question, name).toBeDefined()
    if (!name.includes('/ marks /')) expect(question?.description, name).toContain('Empty')
  }
})

describe('rules', () => {
  interface Rule {
    readonly type: 'recording' | 'alerting'
    readonly name: string
    readonly query: string
    readonly health: string
    readonly lastError?: string
  }

  async function rules(): Promise<Rule[]> {
    type Answer = { data: { groups: { rules: Rule[] }[] } }
    const answer: Answer = JSON.parse(await (await fetch(`${shop.url('prometheus')}/api/v1/rules`)).text())
    return answer.data.groups.flatMap((group) => group.rules)
  }

  test('are all evaluated without an error', async () => {
    await eventually('every rule', arrival, async () => {
      const found = await rules()
      expect(found.length).toBeGreaterThan(0)
      expect(found.filter(({ health }) => health !== 'ok')).toEqual([])
    })
  })

  test('recorded series are there', { timeout: 2 * arrival }, async () => {
    const recorded = new Set((await rules()).filter(({ type }) => type === 'recording').map(({ name }) => name))
    for (const name of recorded) await eventually(name, arrival, () => queryPrometheus(shop.url('prometheus'), name))
  })

  test('alerts watch series that are there', async () => {
    for (const { name, query } of (await rules()).filter(({ type }) => type === 'alerting')) {
      const selectors = Array.from(query.matchAll(/[a-z_:0-9]*\{[^}]*\}|\bshop_[a-z_]+/g), ([selector]) => selector)
      expect(selectors.length, name).toBeGreaterThan(0)
      for (const selector of selectors)
        await eventually(`${selector} of ${name}`, arrival, () => queryPrometheus(shop.url('prometheus'), selector))
    }
  })
})
