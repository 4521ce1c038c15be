/// Ten machines in the shape in which Stately Studio exports them: transitions as lists of objects, actions and guards
/// by name, empty `meta`, delays as texts of milliseconds.
enum StatelyExports {
    static let all: [(name: String, text: String)] = [
        ("toggle", toggle), ("fetch", fetch), ("form", form), ("lights", lights), ("player", player),
        ("editor", editor),
        ("wizard", wizard), ("login", login), ("order", order), ("elevator", elevator),
    ]

    static let toggle = """
        {"id": "toggle", "initial": "inactive", "states": {
          "inactive": {"on": {"TOGGLE": [{"target": "active", "actions": []}]}},
          "active": {"on": {"TOGGLE": [{"target": "inactive", "actions": [{"type": "count"}]}]}, "meta": {}}}}
        """

    static let fetch = """
        {"context": {"retries": 0, "url": "a b"}, "id": "Fetch data", "initial": "Idle", "states": {
          "Idle": {"on": {"Fetch pressed": [{"target": "Loading data", "actions": []}]}},
          "Loading data": {"invoke": {"id": "fetcher", "src": "fetchData", "input": {},
              "onDone": [{"target": "Loaded", "actions": [{"type": "store", "params": {"as": "the result"}}]}],
              "onError": [{"target": "Loading data", "guard": "can retry?", "actions": [], "reenter": true},
                          {"target": "Failed", "actions": []}]}},
          "Loaded": {"type": "final"}, "Failed": {"on": {"Retry": [{"target": "Loading data"}]}}}}
        """

    static let form = """
        {"id": "form", "initial": "editing", "states": {
          "editing": {"entry": [{"type": "focus"}], "exit": [{"type": "blur"}], "initial": "pristine",
            "states": {"pristine": {"on": {"CHANGE": [{"target": "dirty"}]}},
                       "dirty": {"on": {"CHANGE": [{"actions": [{"type": "assignField"}]}]}}},
            "on": {"SUBMIT": [{"target": "submitting", "guard": "isValid"}, {"target": ".dirty", "guard": "and"}]}},
          "submitting": {"invoke": {"id": "submit", "src": "inline:form.submitting#submit", "onDone": [{"target": "#form.done"}]}},
          "done": {"type": "final", "output": {"ok": true}}}}
        """

    static let lights = """
        {"id": "lights", "initial": "green", "states": {
          "green": {"after": {"1000": [{"target": "yellow", "actions": []}]}},
          "yellow": {"after": {"yellowDelay": [{"target": "red"}]}},
          "red": {"initial": "walk", "states": {"walk": {"after": {"500": [{"target": "stop"}]}}, "stop": {"type": "final"}},
            "onDone": [{"target": "green"}]}}}
        """

    static let player = """
        {"id": "player", "type": "parallel", "states": {
          "volume": {"initial": "on", "states": {"on": {"on": {"MUTE": [{"target": "off"}]}}, "off": {"on": {"UNMUTE": [{"target": "on"}]}}}},
          "track": {"initial": "playing", "states": {
            "playing": {"on": {"PAUSE": [{"target": "paused"}], "SKIP": [{"target": "playing"}]}},
            "paused": {"on": {"PLAY": [{"target": "playing"}]}}},
            "on": {"*": [{"actions": [{"type": "logUnknown"}]}]}}}}
        """

    static let editor = """
        {"id": "editor", "initial": "open", "states": {
          "open": {"initial": "text", "states": {"text": {"on": {"MODE": [{"target": "preview"}]}}, "preview": {},
            "last": {"type": "history", "history": "deep", "target": "text"}},
            "on": {"CLOSE": [{"target": "closed"}]}},
          "closed": {"on": {"REOPEN": [{"target": "#editor.open.last"}]}}}}
        """

    static let wizard = """
        {"id": "wizard", "initial": "step 1", "states": {
          "step 1": {"on": {"NEXT": [{"target": "step 2", "guard": "step 1 is complete"}]}, "tags": ["first"]},
          "step 2": {"on": {"NEXT": [{"target": "v1\\\\.0"}], "BACK": [{"target": "step 1"}]}},
          "v1.0": {"type": "final"}}}
        """

    static let login = """
        {"id": "login", "initial": "out", "context": {"user": null, "attempts": 0}, "states": {
          "out": {"on": {"LOGIN": [{"target": "checking", "actions": [{"type": "assignUser"}]}]}},
          "checking": {"always": [{"target": "locked", "guard": "tooManyAttempts"}, {"target": "in", "guard": "hasUser"}, {"target": "out"}]},
          "locked": {"after": {"60000": [{"target": "out"}]}},
          "in": {"on": {"LOGOUT": [{"target": "out"}]}, "description": "Someone is here."}}}
        """

    static let order = """
        {"id": "order", "initial": "placed", "states": {
          "placed": {"invoke": [{"id": "pay", "src": "xstate.invoke.0.order.placed", "onDone": [{"target": "paid"}]},
                                {"id": "reserve", "src": "reserveStock", "onError": [{"target": "cancelled"}]}],
            "on": {"CANCEL": [{"target": "cancelled"}]}},
          "paid": {"on": {"xstate.done.actor.ship": [{"target": "sent"}]}, "invoke": {"id": "ship", "src": "ship", "input": {"how": "by air"}}},
          "sent": {"type": "final"}, "cancelled": {"type": "final"}}, "meta": {}, "tags": []}
        """

    static let elevator = """
        {"id": "elevator", "type": "parallel", "states": {
          "door": {"initial": "closed", "states": {
            "closed": {"on": {"OPEN": [{"target": "open", "guard": {"type": "isAt", "params": {"floor": 1}}}]}},
            "open": {"after": {"3000": [{"target": "closed"}]}, "on": {"HOLD": [{"target": "open", "reenter": true}]}}}},
          "motor": {"initial": "still", "states": {
            "still": {"on": {"GO": [{"target": ["#elevator.door.closed", "#elevator.motor.moving"]}]}},
            "moving": {"on": {"ARRIVED": [{"target": "still"}]}}}}}}
        """
}
