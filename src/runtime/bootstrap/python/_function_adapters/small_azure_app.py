"""The decorators of Azure's programming model 2: https://learn.microsoft.com/azure/azure-functions/functions-reference-python"""
from base64 import b64encode
from enum import Enum

from . import wsgi
from .http_event import Request
from .small_azure_http import HttpResponse
from .small_azure_meta import Registry

OFFERED = ("FunctionApp", "Blueprint", "WsgiFunctionApp", "AsgiFunctionApp", "AuthLevel", "HttpMethod")


class AuthLevel(str, Enum):
    FUNCTION = "function"
    ANONYMOUS = "anonymous"
    ADMIN = "admin"


HttpMethod = Enum("HttpMethod", {name: name for name in ("GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS")}, type=str)


class Binding:
    def __init__(self, **members):
        self.members = members

    def get_dict_repr(self):
        return self.members


class Builder:
    """A function on its way through its decorators."""

    def __init__(self, function):
        self.name = function.__name__
        self.function = function
        self.bindings = []

    def get_function_name(self):
        return self.name

    def get_user_function(self):
        return self.function

    def get_bindings(self):
        return self.bindings


class Blueprint:
    def __init__(self, *_args, **_options):
        self.builders = []

    def configure(self, change):
        def decorate(function):
            builder = function
            if not isinstance(function, Builder):
                builder = Builder(function)
                self.builders.append(builder)
            change(builder)
            return builder

        return decorate

    def bind(self, **members):
        return self.configure(lambda builder: builder.bindings.append(Binding(**members)))

    def function_name(self, name=None):
        return self.configure(lambda builder: setattr(builder, "name", name or builder.name))

    def route(self, route=None, trigger_arg_name="req", methods=None, auth_level=None, **_options):
        return self.bind(type="httpTrigger", direction="in", name=trigger_arg_name, route=route, methods=methods)

    def schedule(self, arg_name, schedule, **_options):
        return self.bind(type="timerTrigger", direction="in", name=arg_name, schedule=schedule)

    timer_trigger = schedule

    def generic_trigger(self, arg_name, type, **_options):
        return self.bind(type=type, direction="in", name=arg_name)

    def retry(self, *_args, **_options):
        return self.configure(lambda builder: None)

    def __getattr__(self, name):
        part, _, role = name.rpartition("_")
        if role not in ("trigger", "input", "output") or name.startswith("_"):
            raise AttributeError(name)
        words = part.split("_")
        kind = words[0] + "".join(word.title() for word in words[1:]) + ("Trigger" if role == "trigger" else "")
        if role == "trigger" and kind not in Registry.known:
            Registry.unknown.add(kind)
        return lambda arg_name="", **_options: self.bind(type=kind, direction="out" if role == "output" else "in", name=arg_name)


class FunctionApp(Blueprint):
    def register_functions(self, container):
        self.builders.extend(container.builders)

    register_blueprint = register_functions

    def get_functions(self):
        unbound = [each.name for each in self.builders if not any(str(binding.members["type"]).endswith("Trigger") for binding in each.bindings)]
        if unbound:
            raise ValueError("Function %s does not have a trigger. A valid function must have one and only one trigger registered." % unbound[0])
        return self.builders


class WsgiFunctionApp(FunctionApp):
    def __init__(self, app, http_auth_level=None, function_name="http_app_func"):
        super().__init__()
        call = self.caller(app)

        def http_app_func(req):
            address = req.url.partition("//")[2]
            body = b64encode(req.get_body()).decode()
            status, headers, answer = call(Request({"method": req.method, "path": address[address.find("/"):], "headers": req.headers, "body": body, "isBase64Encoded": True}))
            return HttpResponse(answer, status_code=status, headers=headers)

        self.function_name(function_name)(self.route(route="/{*route}")(http_app_func))

    def caller(self, app):
        return lambda request: wsgi.call(app, request)


class AsgiFunctionApp(WsgiFunctionApp):
    def caller(self, app):
        from .asgi import Application

        application = Application(app)
        application.start()
        return application.call
