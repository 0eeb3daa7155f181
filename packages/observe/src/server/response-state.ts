/**
 * The state of a response: the status that was sent, and whether all of it was.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2'

export type AnyRequest = IncomingMessage | Http2ServerRequest
export type AnyResponse = ServerResponse | Http2ServerResponse

/** An HTTP/2 stream comes before its response is made. */
export type ResponseOrStream = AnyResponse | ServerHttp2Stream

/** The status that was sent, and whether all of the response was. */
interface ResponseState {
  status: number | undefined
  complete: boolean
}

export function responseStateOf(response: ResponseOrStream): ResponseState {
  // In HTTP/2 a response says that it has finished also when its stream was cut.
  if ('stream' in response) return streamState(response.stream)
  return 'sentHeaders' in response ? streamState(response) : responseState(response)
}

function responseState(response: ServerResponse): ResponseState {
  return {
    status: response.headersSent ? response.statusCode : undefined,
    // In Node.js 22, one that is ended after its client has gone calls itself finished, too (nodejs/node#64847, in 24.20).
    // But it has kept its socket, which one that 'finish' came for has given back.
    complete: response.writableFinished && response.socket?.destroyed !== true,
  }
}

function streamState({ sentHeaders, aborted, rstCode, writableFinished }: ServerHttp2Stream): ResponseState {
  const status = sentHeaders?.[':status']
  return {
    status: status === undefined ? undefined : Number(status),
    complete: !aborted && !rstCode && writableFinished,
  }
}
