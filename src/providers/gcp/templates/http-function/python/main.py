"""{{name}}: answers HTTP requests."""

import functions_framework


@functions_framework.http
def handler(request):
    """GET greets whom the query names, POST whom the JSON body names. The request is Flask's."""
    print(request.method, request.path)
    if request.method == "GET":
        return greet(request.args)
    if request.method == "POST":
        return post(request)
    return {"error": "Use GET or POST."}, 405


def post(request):
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return {"error": "The body must be a JSON object."}, 400
    return greet(body)


def greet(person):
    return {"message": f"Hello, {person.get('name') or 'World'}!"}
