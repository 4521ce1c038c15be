/// What to say about keys that XState has, or had, where this format has another name or another way.
extension ChartKeys {
    static let rootHints = stateHints.merging([
        "onDone": "the root has no 'onDone': a final state below it ends the instance",
        "output": "write 'output' on the final states below the root",
        "actions": "the service declares actions; write them in 'entry', 'exit' and on transitions",
        "actors": "the service declares jobs; a chart within this file stands in 'charts'",
        "actorSources": "the service declares jobs; a chart within this file stands in 'charts'",
        "services": "version 4's 'services' are jobs, which the service declares",
        "schema": "write 'schemas'", "types": "write 'schemas'", "tsTypes": "types stand in 'schemas'",
        "setup": "write 'schemas' and 'guards'", "machine": "the keys of the machine stand at the root",
        "predictableActionArguments": "version 4's switch; the order of actions is fixed here",
        "preserveActionOrder": "version 4's switch; the order of actions is fixed here",
        "delimiter": "paths are joined by dots", "history": "the root is no history", "key": "write 'id'",
        "target": "the root has no target; 'initial' says where it starts",
        "choice": "the root is no choice; write a state with 'type: choice'",
    ]) { $1 }

    static let stateHints = [
        "onEntry": "version 4's name; write 'entry'", "onExit": "version 4's name; write 'exit'",
        "parallel": "write 'type: parallel'", "data": "version 4's name; write 'output'",
        "activities": "version 4's way; use 'invoke'", "delay": "use 'after'",
        "onError": "'onError' belongs to 'invoke'; an error of the chart itself stops the macrostep",
        "context": "'context' belongs to transitions and to the root",
        "cond": "version 4's name; write 'guard', on a transition", "guard": "'guard' belongs to transitions",
        "when": "'when' belongs to 'choice' and to 'guards'", "actions": "use 'entry' or 'exit'",
        "reenter": "'reenter' belongs to transitions", "key": "a state's key is its name in 'states'",
        "order": "regions run in the order of the file",
        "route": "XState's 'route' lets anybody enter a state by an event of its own; write that event in 'on'",
        "input": "states have no input; write 'context' on the transition, or 'input' on 'invoke'",
        "strict": "unknown events are always refused", "internalEvents": "events of the chart itself use 'raise'",
        "actors": "jobs are declared by the service", "guards": "guards are defined at the root of a chart",
        "delays": "delays are declared by the service", "schemas": "schemas stand at the root of a chart",
        "charts": "charts stand at the root of a chart", "version": "'version' stands at the root",
        "src": "'src' belongs to 'invoke'", "transitions": "write 'on'", "events": "write 'on'",
        "datamodel": "write 'context'", "onSnapshot": "progress reaches no chart",
    ]

    static let transitionHints = [
        "cond": "version 4's name; write 'guard'",
        "internal": "version 4's name; transitions are internal unless they say 'reenter: true'",
        "external": "write 'reenter: true'", "in": "version 4's name; write a guard with In('state')",
        "when": "write 'guard'", "action": "write 'actions'", "assign": "write 'context'", "delay": "use 'after'",
        "input": "states have no input; write 'context'", "event": "the event is the key in 'on'",
        "matches": "write a guard on event's members", "to": "write 'target'", "data": "write 'context'",
        "eventType": "the event is the key in 'on'", "source": "the source is the state around it",
    ]

    static let invocationHints = [
        "data": "version 4's name; write 'input'", "onSnapshot": "progress reaches no chart",
        "autoForward": "jobs hear no events, and a child chart hears what is sent to it; use 'send'",
        "autoforward": "jobs hear no events, and a child chart hears what is sent to it; use 'send'",
        "forward": "jobs hear no events, and a child chart hears what is sent to it; use 'send'",
        "finalize": "write 'context' on the transition that takes the child's event",
        "params": "write 'input'", "type": "write 'src'", "systemId": "write 'id'", "registryKey": "write 'id'",
        "source": "write 'src'", "content": "charts within this file stand in 'charts'",
    ]
}
