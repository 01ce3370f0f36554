"""Azure SQL through pyodbc."""

from sqlalchemy import URL, Engine, create_engine


def create_azure_sql_engine(url: URL, pool_size: int) -> Engine:
    """A pooled engine; the isolation level is named because some T-SQL engines cannot report their default."""
    import pyodbc

    pyodbc.pooling = False
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=1500,
        isolation_level="READ COMMITTED",
        use_insertmanyvalues=False,
    )
