import click
@click.command()
def optimise(): pass
